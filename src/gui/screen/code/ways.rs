//! **Try another way**, and what is said of a code that was not taken.

use iced::Length;
use iced::widget::column;

use super::Message;
use crate::api::{Challenge, Error};
use crate::domain::MethodKind;
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Icon, Tone, button, checkbox, dialog, notice};
use crate::gui::words::t;
use crate::gui::{clocks, faults, sending, status};

/// The first of the ways.
pub(super) const FIRST: &str = "another-way";

/// The other ways. While a recovery code is entered, the method that was asked for is one.
pub(super) fn dialog_of<'a>(challenge: &Challenge, recovery: bool) -> Element<'a, Message> {
    let mut kinds = challenge.ways.clone();
    if recovery && !challenge.barred {
        kinds.push(challenge.method);
        kinds.sort_unstable();
    }
    let mut first = kinds.is_empty();
    let mut list = column![].spacing(space::S);
    for (at, kind) in kinds.into_iter().enumerate() {
        let way = button(status::method(kind))
            .icon(sending::icon(kind))
            .width(Length::Fill)
            .on_press(Message::Try(kind));
        list = list.push(if at == 0 { way.id(FIRST) } else { way });
    }
    if challenge.recovery && !recovery {
        let way = button(t("recovery-code-label"))
            .icon(Icon::KeyRound)
            .width(Length::Fill)
            .on_press(Message::TryRecovery);
        let alone = challenge.ways.is_empty();
        list = list.push(if alone { way.id(FIRST) } else { way });
        first = false;
    }
    let desk = button(t("desk-code"))
        .icon(Icon::ConciergeBell)
        .width(Length::Fill)
        .on_press(Message::OpenDesk);
    list = list.push(if first { desk.id(FIRST) } else { desk });
    dialog(t("try-another-way"), t("close"), Message::CloseWays)
        .subtitle(t("try-another-way-body"))
        .content(list)
        .push(button(t("cancel")).on_press(Message::CloseWays))
        .width(size::CARD)
        .into()
}

/// Why codes of this method do not count, and what there is instead.
pub(super) fn barred<'a>(recovery: bool) -> Element<'a, Message> {
    let what_then = if recovery {
        t("code-barred")
    } else {
        t("code-barred-alone")
    };
    notice(Tone::Warning, t("code-barred-title"), what_then)
}

/// **Remember this computer**, where it may be.
pub(super) fn remember<'a>(challenge: &Challenge, ticked: bool) -> Option<Element<'a, Message>> {
    let label = t!("remember-computer", days = challenge.remember?.get());
    Some(checkbox(label, ticked, Message::Remember).into())
}

/// Whether it is about what was typed.
pub(super) fn is_of_the_code(error: &Error) -> bool {
    matches!(
        error,
        Error::CodeWrong { .. }
            | Error::CodeUsed { .. }
            | Error::CodeEnded { .. }
            | Error::Invalid { .. }
    )
}

/// Each thing that can happen to a code is its own sentence.
pub(super) fn fault<'a>(
    error: &Error,
    method: MethodKind,
    recovery: bool,
    wrong: clocks::Wrong,
) -> Element<'a, Message> {
    let app = method == MethodKind::Authenticator && !recovery;
    let with_tries =
        |words: String, left: &u32| format!("{words} {}", t!("tries-left", tries = *left));
    let (title, body) = match error {
        Error::CodeWrong { tries_left } => (
            with_tries(t("fault-code-wrong"), tries_left),
            match (recovery, app) {
                (true, _) => t("recovery-code-wrong-help"),
                (_, true) => clocks::help(wrong),
                (_, false) => t("sent-code-wrong-help"),
            },
        ),
        Error::CodeUsed { tries_left } => (
            with_tries(t("fault-code-used"), tries_left),
            if app {
                t("code-used-help")
            } else {
                t("sent-code-used-help")
            },
        ),
        Error::CodeEnded { tries_left } => (
            with_tries(t("fault-code-ended"), tries_left),
            t("code-ended-help"),
        ),
        Error::Wait { until } => (
            t("code-wait-title"),
            t!("code-wait-body", time = faults::clock(*until)),
        ),
        Error::Stopped if recovery => (t("recovery-stopped-title"), t("code-stopped-body")),
        Error::Stopped => (t("code-stopped-title"), t("code-stopped-body")),
        other => (faults::sentence(other), String::new()),
    };
    notice(Tone::Error, title, body)
}
