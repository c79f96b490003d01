//! What full access may do for a person, each with what it means.

use iced::Length;
use iced::widget::column;

use super::{Act, Message};
use crate::api::{PersonDetails, TryState};
use crate::domain::Status;
use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, option_row};
use crate::gui::words::t;
use crate::gui::{faults, when};

/// The acts that make sense for this person now; `waiting` is the one under way.
pub(super) fn list<'a>(
    details: &PersonDetails,
    has_mail: bool,
    waiting: Option<Act>,
    session: &Session,
) -> Element<'a, Message> {
    let name = details.person.name.as_str();
    let zone = session.me.time_zone.as_str();
    let press = |words: String, act: Act| {
        button(words)
            .in_row()
            .busy(waiting == Some(act))
            .on_press(Message::Begin(act))
    };
    let facts = &details.facts;
    let on_or_off: Element<'a, Message> = if facts.turned_on || facts.status == Status::Enabled {
        let end: Element<'a, Message> = match facts.keeps_on {
            Some(_) => iced::widget::space().into(),
            None => press(t("turn-off"), Act::TurnOff).danger().into(),
        };
        let about = facts
            .keeps_on
            .map_or_else(|| t!("other-turn-off", name = name), faults::not_allowed);
        option_row(Icon::Power, t("two-factor-on"), about, end)
    } else {
        option_row(
            Icon::Power,
            t("two-factor-off"),
            t!("other-turn-on", name = name),
            press(t("turn-on"), Act::TurnOn),
        )
    };
    let invite = details.person.invited.then(|| {
        option_row(
            Icon::Ticket,
            t("invitation-title"),
            t!("other-invite", name = name),
            iced::widget::row![]
                .push(has_mail.then(|| press(t("send-by-email"), Act::SendInvite)))
                .push(press(t("invite-again"), Act::Invite))
                .spacing(space::S),
        )
    });
    let reset = (facts.status == Status::Enabled).then(|| {
        let (about, end): (String, Element<'a, Message>) = if details.last_enabled {
            (t("other-last-enabled"), iced::widget::space().into())
        } else {
            (
                t("other-reset"),
                press(t("reset"), Act::Reset).danger().into(),
            )
        };
        option_row(Icon::RotateCcw, t("reset"), about, end)
    });
    let tries = (details.tries != TryState::Open).then(|| {
        let about = match &details.tries {
            TryState::From { until } => t!("other-waits", time = when::second(*until, zone)),
            _ => t("other-stopped"),
        };
        option_row(
            Icon::CircleAlert,
            t("tries-used-up"),
            about,
            press(t("allow-tries"), Act::AllowTries),
        )
    });
    // On one computer the colleague lets the person in on the waiting screen itself.
    let elsewhere = session.door.is_to_a_server() && facts.status == Status::Enabled;
    let desk = elsewhere.then(|| {
        option_row(
            Icon::ConciergeBell,
            t("desk-code"),
            t!("other-desk-code", name = name),
            button(t("open")).in_row().on_press(Message::OpenDesk),
        )
    });
    let open = (details.sessions > 0).then(|| t!("other-sessions", count = details.sessions));
    let remembered = details.remembered;
    let remembered = (remembered > 0).then(|| t!("other-remembered", count = remembered));
    let which: Vec<String> = open.into_iter().chain(remembered).collect();
    let sessions = (!which.is_empty()).then(|| {
        option_row(
            Icon::MonitorX,
            t("sessions"),
            which.join(", "),
            press(t("end-all"), Act::EndSessions),
        )
    });
    let account = option_row(
        Icon::User,
        t("person-account"),
        t("person-account-about"),
        button(t("open")).in_row().on_press(Message::OpenAccount),
    );
    column![on_or_off]
        .push(invite)
        .push(tries)
        .push(desk)
        .push(reset)
        .push(sessions)
        .push(account)
        .spacing(space::S)
        .width(Length::Fill)
        .into()
}
