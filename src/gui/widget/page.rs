//! What the pages of the signed-in window are built from.

use iced::advanced::widget::operation::scrollable::AbsoluteOffset;
use iced::widget::{Column, Id, column, container, operation, scrollable};
use iced::{Length, Task};

use super::{Element, Tone, button, notice, skeleton_row, subtitle, title};
use crate::gui::theme::{Theme, size, space};

/// A page that scrolls: its title, whose it is, what is wrong with it, its panels below each
/// other.
pub fn page<'a, M: Clone + 'a>(
    name: String,
    of: &'a str,
    fault: Option<Element<'a, M>>,
    panels: Column<'a, M, Theme>,
) -> Element<'a, M> {
    page_within(size::PAGE, name, of, fault, panels)
}

/// As [`page`], not wider than this.
pub fn page_within<'a, M: Clone + 'a>(
    widest: f32,
    name: String,
    of: &'a str,
    fault: Option<Element<'a, M>>,
    panels: Column<'a, M, Theme>,
) -> Element<'a, M> {
    let head = column![title(name), subtitle(of)].spacing(space::XS);
    scrolled(
        column![head]
            .push(fault)
            .push(panels.spacing(space::L))
            .spacing(space::L)
            .max_width(widest),
    )
}

/// What of a page scrolls.
const SCROLLED: Id = Id::new("page");

/// Scrolls back to where a page begins.
pub fn to_top<M: Send + 'static>() -> Task<M> {
    operation::scroll_to(SCROLLED, AbsoluteOffset { x: 0.0, y: 0.0 })
}

/// What stands beside the side bar. It scrolls where the window is too low for it, with the
/// scroller at the window's edge and not over the content.
pub fn scrolled<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    scrollable(
        container(content)
            .width(Length::Fill)
            .padding([space::XL + space::XS, space::XXL]),
    )
    .id(SCROLLED)
    .width(Length::Fill)
    .height(Length::Fill)
    .into()
}

/// What could not be loaded, and **Try again**.
pub fn failed<'a, M: Clone + 'a>(fault: String, again: String, press: M) -> Element<'a, M> {
    column![
        notice(Tone::Error, fault, ""),
        button(again).on_press(press)
    ]
    .spacing(space::S)
    .into()
}

/// Stands where panels are on their way.
pub fn awaited<'a, M: 'a>() -> Column<'a, M, Theme> {
    column![skeleton_row(2), skeleton_row(2)]
}
