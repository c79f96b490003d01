//! Who is ticked in the table, and what can be done for them together.

use std::collections::BTreeMap;

use iced::widget::{column, row};
use iced::{Alignment, Length};

use super::Message;
use crate::api::{PeoplePage, Person, Planned};
use crate::domain::UserId;
use crate::gui::theme::{size, space};
use crate::gui::widget::{Column, Element, Icon, Tone, button, checkbox, notice, strong};
use crate::gui::words::t;

/// The people who are ticked, over all pages.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Each with the name.
    people: BTreeMap<UserId, String>,
    /// Whether somebody was left out, since no more can be asked for at once.
    full: bool,
}

impl Selection {
    /// Ticks somebody of a page, or not any more.
    pub(super) fn tick_one(&mut self, page: &PeoplePage, user: &UserId, on: bool) {
        self.full = false;
        if let Some(person) = page.people.iter().find(|person| person.user == *user) {
            self.tick(person, on);
        }
    }

    /// No more than can be asked for at once.
    fn tick(&mut self, person: &Person, on: bool) {
        if !on {
            self.people.remove(&person.user);
        } else if self.people.len() < Planned::MOST || self.has(&person.user) {
            self.people.insert(person.user.clone(), person.name.clone());
        } else {
            self.full = true;
        }
    }

    /// The same for everyone of a page.
    pub(super) fn tick_page(&mut self, page: &PeoplePage, on: bool) {
        self.full = false;
        for person in &page.people {
            self.tick(person, on);
        }
    }

    /// Nobody is ticked.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Who is ticked, each with the name.
    pub(super) fn people(&self) -> BTreeMap<UserId, String> {
        self.people.clone()
    }

    pub(super) fn has(&self, user: &UserId) -> bool {
        self.people.contains_key(user)
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
        let count = self.people.len();
        let full = self.full.then(|| {
            let words = t!("selected-most", most = Planned::MOST);
            notice(Tone::Warning, words, "")
        });
        (count > 0).then(|| {
            let acts = row![
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
            .align_y(Alignment::Center);
            column![acts].push(full).spacing(space::S).into()
        })
    }
}
