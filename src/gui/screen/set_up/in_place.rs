//! Whether a new method takes the place of one of another kind, or comes to stand beside it.

use crate::api::Method;
use crate::domain::MethodKind;

/// What is proven already, and what becomes of it.
#[derive(Debug, Default)]
pub(super) struct InPlace {
    proven: Vec<MethodKind>,
    first: Option<MethodKind>,
    /// Whether the one that is asked for first gives way.
    pub(super) wanted: bool,
}

impl InPlace {
    /// What is lost gives way unless the person says otherwise; what works stays.
    pub(super) fn new(methods: &[Method], lost: bool) -> Self {
        let first = methods.iter().find(|method| method.preferred);
        Self {
            proven: methods.iter().map(|method| method.kind).collect(),
            first: first.map(|method| method.kind),
            wanted: lost,
        }
    }

    /// The method that can give way to one of this kind. A new generation of a method replaces the
    /// old one unasked, and nothing else with it.
    pub(super) fn gives_way(&self, chosen: MethodKind) -> Option<MethodKind> {
        self.first.filter(|_| !self.proven.contains(&chosen))
    }

    /// The method that is to give way.
    pub(super) fn replaces(&self, chosen: MethodKind) -> Option<MethodKind> {
        self.gives_way(chosen).filter(|_| self.wanted)
    }
}
