//! What is in sight of a page that scrolls.

use iced::advanced::widget::{Id, Operation, operation::Scrollable};
use iced::{Rectangle, Size, Vector};

use super::Stage;
use super::screens::users;

/// The area that scrolls, and how far it has been scrolled.
#[derive(Default)]
struct Scrolled(Vec<(Rectangle, Vector)>);

impl<T> Operation<T> for Scrolled {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        bounds: Rectangle,
        _: Rectangle,
        translation: Vector,
        _: &mut dyn Scrollable,
    ) {
        self.0.push((bounds, translation));
    }
}

/// Whether a control is drawn, whatever scrolls around it.
pub(super) fn is_in_sight(stage: &mut Stage, name: &str) -> bool {
    let found = stage.seen().found;
    let at = found.iter().find(|it| it.node.name == name).unwrap().bounds;
    let mut scrolled = Scrolled::default();
    stage.with(|ui, renderer| ui.operate(renderer, &mut scrolled));
    // The side bar scrolls too.
    let around = scrolled
        .0
        .iter()
        .find(|(area, _)| area.x <= at.x && at.x < area.x + area.width);
    let (area, by) = around.unwrap();
    area.y <= at.y - by.y && at.y - by.y + at.height <= area.y + area.height
}

/// Each page begins at its top, however far down the one before was.
#[test]
fn a_page_that_is_opened_behind_a_scrolled_one_begins_at_its_top() {
    let (mut stage, _) = users();
    stage.resize(Size::new(1_000.0, 500.0));
    stage.push("Delivery");
    stage.tab_to("Mail server");
    for _ in 0..stage.seen().found.len() {
        if !is_in_sight(&mut stage, "Mail server") {
            break;
        }
        stage.tab(false);
    }
    assert!(!is_in_sight(&mut stage, "Mail server"));
    stage.push("Settings");
    assert!(is_in_sight(&mut stage, "Optional"));
}
