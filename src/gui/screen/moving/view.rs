//! How the question, the key and the failure look.

use iced::Length;
use iced::widget::{column, row};

use super::{DONE, Message, REASON, Refused, SERVER, State, Step};
use crate::api::Secret;
use crate::gui::screen::connect::not_an_address;
use crate::gui::screen::in_two_lines;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Tone, body, button, field, in_card, mono, notice, panel, small, title,
};
use crate::gui::words::t;
use crate::gui::{step_up, to_keep};

impl State {
    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let form = match &self.step {
            Step::Ask(refused) => self.ask(refused.as_ref(), false),
            Step::Busy => self.ask(None, true),
            Step::Moved {
                file, key, keep, ..
            } => moved(file.display().to_string(), key, keep),
            Step::NotWritten(why) => not_written(why),
        };
        step_up::over(in_card(form), self.step_up.as_ref(), Message::StepUp)
    }

    fn ask(&self, refused: Option<&Refused>, busy: bool) -> Element<'_, Message> {
        let practice = self.session.me.practice_name.as_str();
        let (server, reason, other) = match refused {
            Some(Refused::Server(fault)) => (Some(not_an_address(*fault)), None, None),
            Some(Refused::Reason) => (None, Some(t("fault-reason")), None),
            Some(Refused::Other(why)) => (None, None, Some(notice(Tone::Error, "", why.clone()))),
            None => (None, None, None),
        };
        column![
            title(t("moving-title")),
            body(t("moving-body")),
            notice(
                Tone::Warning,
                t!("export-practice", practice = practice),
                ""
            ),
            field(t("moving-server"), &self.server, Message::ServerTyped)
                .id(SERVER)
                .help(t("moving-server-help"))
                .error(server)
                .on_submit(Message::Go),
            field(t("reason"), &self.reason, Message::ReasonTyped)
                .id(REASON)
                .help(t("reason-help"))
                .error(reason)
                .on_submit(Message::Go),
        ]
        .push(other)
        .push(
            row![
                button(t("cancel")).on_press(Message::Cancel),
                button(t("move-practice"))
                    .danger()
                    .width(Length::Fill)
                    .busy(busy)
                    .on_press(Message::Go),
            ]
            .spacing(space::S),
        )
        .spacing(space::L)
        .into()
    }
}

fn moved<'a>(file: String, key: &'a Secret, keep: &'a to_keep::State) -> Element<'a, Message> {
    let [first, second] = in_two_lines(key.expose(), '-');
    column![
        title(t("moving-done")),
        body(t!("moving-file", file = file)),
        body(t("moving-key")),
        panel(column![mono(first), mono(second)].spacing(space::XS)),
        keep.buttons().map(Message::Keep),
        small(t("moving-then")),
        keep.tick(t("moving-key-kept"), t("moving-key-tick"))
            .map(Message::Keep),
        done(),
    ]
    .spacing(space::L)
    .into()
}

fn not_written(why: &str) -> Element<'_, Message> {
    column![
        title(t("moving-not-written")),
        notice(Tone::Error, why, t("moving-not-written-help")),
        done(),
    ]
    .spacing(space::L)
    .into()
}

fn done<'a>() -> Element<'a, Message> {
    button(t("done"))
        .primary()
        .id(DONE)
        .width(Length::Fill)
        .on_press(Message::Done)
        .into()
}
