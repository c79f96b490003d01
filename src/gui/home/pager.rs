//! The ways from one page of a long table to the next.

use iced::widget::row;

use crate::gui::widget::{Element, Icon, icon_button};
use crate::gui::words::t;

/// To the page before and to the next, where there are any.
pub(super) fn arrows<'a, M: Clone + 'a>(previous: Option<M>, next: Option<M>) -> Element<'a, M> {
    let previous =
        previous.map(|press| icon_button(Icon::ChevronLeft, t("previous-page")).on_press(press));
    let next = next.map(|press| icon_button(Icon::ChevronRight, t("next-page")).on_press(press));
    row![].push(previous).push(next).into()
}
