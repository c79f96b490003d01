//! Who is ticked in the table, and what can be done for them together.

use std::collections::BTreeSet;

use iced::widget::row;
use iced::{Alignment, Length};

use super::Message;
use crate::api::{PeoplePage, Planned};
use crate::domain::UserId;
use crate::gui::theme::{size, space};
use crate::gui::widget::{Column, Element, Icon, button, checkbox, strong};
use crate::gui::words::t;

/// The people who are ticked, over all pages.
#[derive(Debug, Default)]
pub(super) struct Selection(BTreeSet<UserId>);

impl Selection {
    /// Ticks somebody, or not any more; no more than can be asked for at once.
    pub(super) fn tick(&mut self, user: UserId, on: bool) {
        if !on {
            self.0.remove(&user);
        } else if self.0.len() < Planned::MOST {
            self.0.insert(user);
        }
    }

    /// The same for everyone of a page.
    pub(super) fn tick_page(&mut self, page: &PeoplePage, on: bool) {
        for person in &page.people {
            self.tick(person.user.clone(), on);
        }
    }

    /// Nobody is ticked.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Who is ticked.
    pub(super) fn users(&self) -> Vec<UserId> {
        self.0.iter().cloned().collect()
    }

    pub(super) fn has(&self, user: &UserId) -> bool {
        self.0.contains(user)
    }

    /// The first column: its head ticks the page.
    pub(super) fn column<'a>(&self, page: &PeoplePage) -> Column<'a, Message> {
        let ticked = page.people.iter().filter(|one| self.has(&one.user)).count();
        let all = ticked == page.people.len();
        let head = checkbox(t("select-page"), all, Message::TickedPage)
            .hide_label()
            .mixed(ticked > 0 && !all);
        Column::with(head, Length::Fixed(size::CHECK))
    }

    /// A person's box.
    pub(super) fn cell<'a>(&self, user: &UserId, name: &str) -> Element<'a, Message> {
        let (on, user) = (self.has(user), user.clone());
        checkbox(t!("select-person", name = name), on, move |on| {
            Message::Ticked(user.clone(), on)
        })
        .hide_label()
        .into()
    }

    /// What can be done for them; nothing while nobody is ticked.
    pub(super) fn bar<'a>(&self) -> Option<Element<'a, Message>> {
        let count = self.0.len();
        (count > 0).then(|| {
            row![
                strong(t!("selected", count = count)).width(Length::Fill),
                button(t("clear-selection"))
                    .link()
                    .on_press(Message::ClearTicks),
                button(t("turn-on-or-remind"))
                    .icon(Icon::Power)
                    .tool()
                    .on_press(Message::Several),
            ]
            .spacing(space::M)
            .align_y(Alignment::Center)
            .into()
        })
    }
}
