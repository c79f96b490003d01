//! The panels of My account: notices, two-factor, password, sessions.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length};

use super::{Message, Part, State};
use crate::api::{Account, Field, MyRemembered, MySession, Notice};
use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, body, button, heading, muted, note, notice, option_row, panel, small,
    strong,
};
use crate::gui::words::{self, t};
use crate::gui::{faults, when};

/// The button that opens one's Authentication preferences.
pub(super) const PREFERENCES: &str = "account-preferences";

/// How many notices that were read are shown with the others.
const SHOWN: usize = 8;

/// What one is told, the new ones first.
pub(super) fn notices<'a>(
    account: &'a Account,
    session: &'a Session,
) -> Option<Element<'a, Message>> {
    let unread = account.notices.iter().filter(|notice| !notice.read).count();
    if account.notices.is_empty() {
        return None;
    }
    let lines = account
        .notices
        .iter()
        .take(unread.max(SHOWN))
        .map(|told| line(told, session));
    let read = (unread > 0).then(|| {
        column![
            small(t("notices-not-you")),
            row![
                gap::horizontal(),
                button(t("mark-as-read")).on_press(Message::Read)
            ]
        ]
        .spacing(space::S)
    });
    Some(panel(
        column![heading(t("notices"))]
            .push(column(lines).spacing(space::S))
            .push(read)
            .spacing(space::M),
    ))
}

fn line<'a>(told: &'a Notice, session: &'a Session) -> Element<'a, Message> {
    let zone = session.me.time_zone.as_str();
    let now = session.door.now();
    let practice = told.practice.as_ref();
    let practice = practice.unwrap_or(&session.me.practice_name);
    let words = words::notice(told.kind, told.by.as_deref(), practice);
    let words: Element<'_, Message> = if told.read {
        muted(words).width(Length::Fill).into()
    } else {
        body(words).width(Length::Fill).into()
    };
    let mark = if told.read {
        note(Icon::Check, "", Tone::Neutral)
    } else {
        note(Icon::Bell, "", Tone::Warning)
    };
    row![mark, words, small(when::short(told.at, now, zone))]
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into()
}

/// The way to one's methods and recovery codes.
pub(super) fn two_factor<'a>() -> Element<'a, Message> {
    option_row(
        Icon::ShieldCheck,
        t("two-factor-authentication"),
        t("account-two-factor-body"),
        button(t("preferences-title"))
            .in_row()
            .id(PREFERENCES)
            .on_press(Message::Preferences),
    )
}

impl State {
    pub(super) fn password(&self) -> Element<'_, Message> {
        let error = faults::of_field(self.error_of(Part::Password), Field::Password);
        let other = if error.is_some() {
            None
        } else {
            self.fault_of(Part::Password)
        };
        let saved = self
            .saved
            .then(|| notice(Tone::Enabled, t("password-changed"), ""));
        panel(
            column![
                heading(t("password")),
                self.password
                    .field(t("new-password"), Message::Password)
                    .help(t("password-length"))
                    .error(error)
                    .on_submit(Message::Change),
            ]
            .push(other)
            .push(saved)
            .push(row![
                gap::horizontal(),
                button(t("change-password"))
                    .busy(self.busy)
                    .on_press(Message::Change)
            ])
            .spacing(space::M),
        )
    }

    pub(super) fn sessions<'a>(
        &'a self,
        account: &'a Account,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let lines = account.sessions.iter().map(|row| of_session(row, session));
        let others = account.sessions.len() > 1;
        let all = others.then(|| {
            row![
                gap::horizontal(),
                button(t("end-all-others"))
                    .danger()
                    .on_press(Message::End(None))
            ]
        });
        panel(
            column![heading(t("my-sessions"))]
                .push(column(lines).spacing(space::S))
                .push(self.fault_of(Part::Sessions))
                .push(all)
                .spacing(space::M),
        )
    }
}

impl State {
    /// The computers that skip the code, where there are any.
    pub(super) fn remembered<'a>(
        &'a self,
        account: &'a Account,
        session: &'a Session,
    ) -> Option<Element<'a, Message>> {
        if account.remembered.is_empty() {
            return None;
        }
        let lines = account.remembered.iter();
        let lines = lines.map(|of| of_remembered(of, session));
        Some(panel(
            column![heading(t("my-remembered")), muted(t("my-remembered-body"))]
                .push(column(lines).spacing(space::S))
                .push(self.fault_of(Part::Remembered))
                .spacing(space::M),
        ))
    }
}

fn of_remembered<'a>(of: &'a MyRemembered, session: &'a Session) -> Element<'a, Message> {
    let zone = session.me.time_zone.as_str();
    let now = session.door.now();
    let name = match of.this {
        true => t("this-computer-remembered"),
        false => t("other-computer-remembered"),
    };
    let about = t!(
        "remembered-times",
        made = when::short_within(of.made, now, zone),
        used = when::short_within(of.used, now, zone),
        ends = when::day(of.ends, zone)
    );
    let end = button(t("end-remembered"))
        .in_row()
        .on_press(Message::Forget(of.id.clone()));
    row![column![strong(name), muted(about)].width(Length::Fill), end]
        .align_y(Alignment::Center)
        .into()
}

fn of_session<'a>(of: &'a MySession, session: &'a Session) -> Element<'a, Message> {
    let zone = session.me.time_zone.as_str();
    let now = session.door.now();
    let name = match (of.this, of.locked) {
        (true, _) => t("this-session"),
        (false, true) => t("session-locked"),
        (false, false) => t("session-open"),
    };
    let about = t!(
        "session-times",
        made = when::short_within(of.made, now, zone),
        active = when::short_within(of.active, now, zone)
    );
    let end = (!of.this).then(|| {
        button(t("end-session"))
            .in_row()
            .on_press(Message::End(Some(of.id.clone())))
    });
    row![column![strong(name), muted(about)].width(Length::Fill)]
        .push(end)
        .align_y(Alignment::Center)
        .into()
}
