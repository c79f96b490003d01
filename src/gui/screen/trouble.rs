//! Nothing can be opened: what is wrong, and what to do. Nothing was made in its place.
//! Where the key is lost, the practice recovery key brings it back here.

use iced::widget::{column, row};
use iced::{Length, Task};

use super::{TO_SERVER, focus, to_end};
use crate::api::Secret;
use crate::backend::{Embedded, OpenFault, Opened, UnlockFault};
use crate::gui::faults;
use crate::gui::theme::space;
use crate::gui::widget::{Button, Element, Tone, button, field, in_card, notice, small, title};
use crate::gui::words::t;
use crate::settings::NotSettings;

const AGAIN: &str = "trouble-again";
const KEY: &str = "trouble-key";

/// What is wrong, and the key that was typed.
#[derive(Debug)]
pub struct State {
    place: Embedded,
    fault: Fault,
    key: Secret,
    refused: Option<UnlockFault>,
    busy: bool,
}

/// Why nothing is open.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The practice of this computer cannot be opened.
    Practice(OpenFault),
    /// It is not known which practice is to be opened.
    Settings(NotSettings),
}

impl From<OpenFault> for Fault {
    fn from(fault: OpenFault) -> Self {
        Self::Practice(fault)
    }
}

impl From<NotSettings> for Fault {
    fn from(fault: NotSettings) -> Self {
        Self::Settings(fault)
    }
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// **Try again**.
    TryAgain,
    /// The recovery key was changed.
    KeyTyped(Secret),
    /// **Open the practice**.
    Unlock,
    /// **Connect to a server**.
    Connect,
    /// It is open, or not.
    Unlocked(Result<Box<Opened>, UnlockFault>),
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Look again.
    TryAgain,
    /// Go on with what was found.
    Go(Box<Opened>),
    /// Show where a server is chosen.
    Connect,
}

impl State {
    /// The screen for a fault.
    pub fn new(fault: Fault, place: Embedded) -> (Self, Task<Message>) {
        let state = Self {
            place,
            fault,
            key: Secret::new(""),
            refused: None,
            busy: false,
        };
        let first = if state.is_key_lost() {
            KEY
        } else if state.is_elsewhere() {
            TO_SERVER
        } else {
            AGAIN
        };
        (state, focus(first))
    }

    /// The window's title.
    pub fn title(&self) -> String {
        if self.is_elsewhere() {
            t("moved-title")
        } else {
            t("trouble-title")
        }
    }

    fn is_elsewhere(&self) -> bool {
        matches!(self.fault, Fault::Practice(OpenFault::Moved { .. }))
    }

    fn is_key_lost(&self) -> bool {
        matches!(
            self.fault,
            Fault::Practice(OpenFault::KeyMissing(_) | OpenFault::KeyWrong(_))
        )
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::TryAgain => return Action::TryAgain,
            Message::Connect => return Action::Connect,
            Message::KeyTyped(key) => self.key = key,
            Message::Unlock if self.busy => {}
            Message::Unlock if self.key.expose().trim().is_empty() => {
                return Action::Run(focus(KEY));
            }
            Message::Unlock => {
                self.busy = true;
                self.refused = None;
                let (place, key) = (self.place.clone(), self.key.clone());
                let unlock = async move { place.unlock(&key).await.map(Box::new) };
                return Action::Run(Task::perform(unlock, Message::Unlocked));
            }
            Message::Unlocked(Ok(opened)) => return Action::Go(opened),
            Message::Unlocked(Err(fault)) => {
                self.busy = false;
                self.refused = Some(fault);
                // What was typed stays: of 28 letters one may be wrong.
                return Action::Run(focus(KEY).chain(to_end(KEY)));
            }
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let (what, then) = match &self.fault {
            Fault::Practice(fault) => faults::opening(fault),
            Fault::Settings(fault) => faults::settings(fault),
        };
        let tone = if self.is_elsewhere() {
            Tone::Info
        } else {
            Tone::Error
        };
        let head = column![title(self.title()), notice(tone, what, then)].spacing(space::L);
        let form = if self.is_key_lost() {
            head.push(self.unlock())
        } else if self.is_elsewhere() {
            head.push(
                button(t("to-server"))
                    .id(TO_SERVER)
                    .primary()
                    .width(Length::Fill)
                    .on_press(Message::Connect),
            )
            .push(small(t("moved-lost")))
        } else {
            head.push(again().primary().width(Length::Fill))
        };
        in_card(form)
    }

    fn unlock(&self) -> Element<'_, Message> {
        let about_key = match &self.refused {
            Some(UnlockFault::Mistyped(_)) => Some(t("fault-recovery-key-form")),
            Some(UnlockFault::Wrong) => Some(t("fault-recovery-key")),
            Some(UnlockFault::Open(_)) | None => None,
        };
        let other = match &self.refused {
            Some(UnlockFault::Open(fault)) => {
                let (what, then) = faults::opening(fault);
                Some(notice(Tone::Error, what, then))
            }
            _ => None,
        };
        column![
            field(t("recovery-key-title"), self.key.expose(), |typed| {
                Message::KeyTyped(Secret::new(typed))
            })
            .id(KEY)
            .mono()
            .help(t("unlock-help"))
            .error(about_key)
            .on_submit(Message::Unlock)
        ]
        .push(other)
        .push(
            row![
                again(),
                button(t("open-practice"))
                    .primary()
                    .width(Length::Fill)
                    .busy(self.busy)
                    .on_press(Message::Unlock),
            ]
            .spacing(space::S),
        )
        .push(small(t("no-way-back")))
        .spacing(space::L)
        .into()
    }
}

fn again() -> Button<Message> {
    button(t("try-again")).id(AGAIN).on_press(Message::TryAgain)
}
