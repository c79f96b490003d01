//! A place in another practice that waits for the code that was handed over.

use iced::widget::{column, row, space as gap};

use super::{Asked, Message as Page};
use crate::api::{AcceptPlace, Account, Ack, Error, Field, Me, Secret, WhoAmI};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, field, heading, note, notice, panel, subtitle,
};
use crate::gui::words::t;
use crate::gui::{faults, status};

const CODE: &str = "account-place";

/// What was typed, and what came of it.
#[derive(Debug)]
pub(super) struct State {
    code: Secret,
    /// It is looked at, or waits for a step-up.
    busy: bool,
    /// The place is the person's.
    accepted: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The code was changed.
    Typed(Secret),
    /// **Accept**.
    Accept,
    /// It is accepted, or not.
    Accepted(Result<Ack, Error>),
    /// Who one is, with it.
    Known(Result<Me, Error>),
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            code: Secret::new(""),
            busy: false,
            accepted: false,
            error: None,
        }
    }

    /// Whether a code was typed and not accepted yet.
    pub(super) fn is_begun(&self) -> bool {
        self.busy || !self.code.expose().is_empty()
    }

    /// Takes a message in. `load` reads the account anew.
    pub(super) fn update(
        &mut self,
        message: Message,
        session: &Session,
        load: iced::Task<Page>,
    ) -> Asked<Page> {
        match message {
            Message::Typed(code) => self.code = code,
            Message::Accept if self.busy => {}
            Message::Accept if self.code.expose().trim().is_empty() => {
                return Asked::Run(focus(CODE));
            }
            Message::Accept => {
                self.busy = true;
                self.error = None;
                let code = self.code.clone();
                let accepted = session.door.ask(AcceptPlace { code });
                return Asked::Run(accepted.map(|answer| Page::Place(Message::Accepted(answer))));
            }
            Message::Accepted(Ok(_)) => {
                *self = Self {
                    accepted: true,
                    ..Self::new()
                };
                let known = session.door.ask(WhoAmI {});
                return Asked::Run(known.map(|answer| Page::Place(Message::Known(answer))));
            }
            Message::Known(Ok(me)) => {
                let load = iced::Task::batch([load, focus(super::parts::PREFERENCES)]);
                return Asked::Known(Box::new(me), load);
            }
            Message::Accepted(Err(error)) | Message::Known(Err(error)) => {
                if error == Error::StepUpNeeded {
                    return Asked::StepUp;
                }
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.error = Some(error);
                return Asked::Run(focus_wrong(CODE));
            }
        }
        Asked::nothing()
    }

    /// Goes on after a step-up; nothing if it was not this that asked for one.
    pub(super) fn again(&mut self) -> Option<iced::Task<Page>> {
        std::mem::take(&mut self.busy).then(|| iced::Task::done(Page::Place(Message::Accept)))
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.busy = false;
    }

    /// Nothing while no place waits, and none was accepted just now.
    pub(super) fn view<'a>(&'a self, account: &'a Account) -> Option<Element<'a, Page>> {
        let offers = account.offered.iter().map(|place| {
            let (practice, role) = (place.practice.as_str(), status::role(place.role));
            subtitle(t!("place-offered", practice = practice, role = role)).into()
        });
        let told = self
            .accepted
            .then(|| notice(Tone::Enabled, t("place-accepted"), t("place-accepted-body")));
        if account.offered.is_empty() && told.is_none() {
            return None;
        }
        let form: Option<Element<'a, Message>> = match account.email_proven {
            _ if account.offered.is_empty() => None,
            None => Some(note(
                Icon::Lock,
                t("refused-address-not-proven"),
                Tone::Neutral,
            )),
            Some(_) => Some(self.form()),
        };
        let form = form.map(|form| form.map(Page::Place));
        Some(panel(
            column![heading(t("place-title"))]
                .push(told)
                .extend(offers)
                .push(form)
                .spacing(space::S),
        ))
    }

    fn form(&self) -> Element<'_, Message> {
        let at_the_field = faults::of_field(self.error.as_ref(), Field::Invitation);
        let other = match &at_the_field {
            Some(_) => None,
            None => self.error.as_ref(),
        };
        let other = other.map(faults::notice);
        column![
            field(t("invitation-code"), self.code.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .id(CODE)
            .help(t("place-code-help"))
            .error(at_the_field)
            .on_submit(Message::Accept)
        ]
        .push(other)
        .push(row![
            gap::horizontal(),
            button(t("place-accept"))
                .busy(self.busy)
                .on_press(Message::Accept)
        ])
        .spacing(space::S)
        .into()
    }
}
