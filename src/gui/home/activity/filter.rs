//! Which entries are asked for: whose, of which group, from which day to which.

use iced::widget::{Row, column, row};
use iced::{Alignment, Length};
use jiff::civil::Date;

use super::list::WIDE;
use crate::api::ActivityFilter;
use crate::domain::{EventGroup, typed_day};
use crate::gui::theme::{Theme, space};
use crate::gui::widget::{Element, Icon, button, field};
use crate::gui::words::t;

/// The search, for the focus.
pub(in crate::gui::home) const SEARCH: &str = "activity-search";

/// What was typed and chosen.
#[derive(Debug, Default)]
pub struct State {
    search: String,
    group: Option<EventGroup>,
    from: String,
    to: String,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search was changed.
    Searched(String),
    /// A group was pressed, or **All**.
    Grouped(Option<EventGroup>),
    /// The first day was changed.
    From(String),
    /// The last day was changed.
    To(String),
}

impl State {
    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Searched(search) => self.search = search,
            Message::Grouped(group) => self.group = group,
            Message::From(from) => self.from = from,
            Message::To(to) => self.to = to,
        }
    }

    /// Whether both days are empty or can be read.
    pub(super) fn is_understood(&self) -> bool {
        day(&self.from).is_ok() && day(&self.to).is_ok()
    }

    /// What the backend is asked for.
    pub(super) fn asked(&self) -> ActivityFilter {
        ActivityFilter {
            search: self.search.clone(),
            group: self.group,
            from: day(&self.from).unwrap_or_default(),
            to: day(&self.to).unwrap_or_default(),
        }
    }

    /// Draws it in a window of this width.
    pub(super) fn view(&self, width: f32) -> Element<'_, Message> {
        let search = field(t("search"), &self.search, Message::Searched)
            .id(SEARCH)
            .hide_label()
            .placeholder(t("search"))
            .icon(Icon::Search)
            .tool()
            .width(Length::Fill);
        let of_day = |name: String, value: &str, typed: fn(String) -> Message| {
            let fault = day(value).is_err().then(|| t("fault-day"));
            field(name.clone(), value, typed)
                .hide_label()
                .placeholder(name)
                .error(fault)
                .tool()
                .width(Length::Fixed(180.0))
        };
        let days = row![
            of_day(t("from-day"), &self.from, Message::From),
            of_day(t("to-day"), &self.to, Message::To),
        ]
        .spacing(space::S);
        let typed: Element<'_, Message> = if width < WIDE {
            column![search, days].spacing(space::S).into()
        } else {
            row![search, days].spacing(space::S).into()
        };
        column![typed, self.groups().wrap()]
            .spacing(space::M)
            .into()
    }

    fn groups(&self) -> Row<'_, Message, Theme> {
        let groups = std::iter::once(None).chain(EventGroup::ALL.iter().copied().map(Some));
        let buttons = groups.map(|group| {
            let button = button(name(group))
                .in_row()
                .on_press(Message::Grouped(group));
            if group == self.group {
                button.icon(Icon::Check).into()
            } else {
                button.bare().into()
            }
        });
        Row::with_children(buttons)
            .spacing(space::XS)
            .align_y(Alignment::Center)
    }
}

fn name(group: Option<EventGroup>) -> String {
    match group {
        None => t("all"),
        Some(EventGroup::SignIns) => t("group-sign-ins"),
        Some(EventGroup::TwoFactor) => t("group-two-factor"),
        Some(EventGroup::People) => t("group-people"),
        Some(EventGroup::Rules) => t("group-rules"),
        Some(EventGroup::Failures) => t("group-failures"),
    }
}

/// A day as typed; none where nothing is.
fn day(typed: &str) -> Result<Option<Date>, ()> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    typed_day(typed).map(Some).ok_or(())
}
