//! Every screen in turn.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::SCREENS;
use super::trouble::{open_faults, trouble};
use crate::gui::tests::Stage;

/// Visits every screen, two at a time: nothing takes longer in the tests. What was made of each.
pub(in crate::gui::tests) fn visited<T: Send>(
    visit: impl Fn(&str, &mut Stage) -> T + Sync,
) -> Vec<T> {
    let turn = AtomicUsize::new(0);
    let some = || {
        let mut made = Vec::new();
        while let Some((name, show)) = SCREENS.get(turn.fetch_add(1, Ordering::Relaxed)) {
            made.push(visit(name, &mut show()));
        }
        made
    };
    let mut made = std::thread::scope(|threads| {
        let other = threads.spawn(some);
        let mut made = some();
        made.extend(other.join().unwrap_or_else(|told| resume_unwind(told)));
        made
    });
    for (number, fault) in open_faults().into_iter().enumerate() {
        made.push(visit(&format!("trouble-{number:02}"), &mut trouble(fault)));
    }
    made
}
