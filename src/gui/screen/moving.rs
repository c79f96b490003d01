//! The practice goes to a server: asked for once more, retired here, and the key of its file shown.

use std::path::PathBuf;

use iced::widget::{column, row};
use iced::{Alignment, Length, Task};

use super::connect::not_an_address;
use super::{focus, focus_wrong, in_two_lines};
use crate::api::{Error, Secret, Token, WhoAmI};
use crate::backend::{Embedded, KeepFault, NotAnAddress, ServerAddress};
use crate::domain::Reason;
use crate::gui::door::Session;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Tone, body, brand, button, card, centred, field, layers, mono, notice, panel, small,
    title,
};
use crate::gui::words::t;
use crate::gui::{faults, saving, step_up, to_keep};

const SERVER: &str = "moving-server";
const REASON: &str = "moving-reason";
const DONE: &str = "moving-done";

/// What a file for a server is called by.
const ENDING: &str = "vestibule";

/// How far it is.
#[derive(Debug)]
pub struct State {
    session: Session,
    place: Embedded,
    server: String,
    reason: String,
    step: Step,
    step_up: Option<step_up::State>,
}

#[derive(Debug)]
enum Step {
    Ask(Option<Refused>),
    Busy,
    /// It is retired, and this is its file and the key to it.
    Moved {
        file: PathBuf,
        key: Secret,
        keep: to_keep::State,
    },
    /// It is retired, and there is no file, for this reason.
    NotWritten(String),
}

/// Why nothing was done.
#[derive(Debug)]
enum Refused {
    Server(NotAnAddress),
    Reason,
    Other(String),
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Where the file is.
    pub file: PathBuf,
    /// Opens it; it is kept nowhere.
    pub key: Secret,
}

/// Why not.
#[derive(Clone, Debug)]
pub enum NotMoved {
    /// Nothing was changed.
    Kept(KeepFault),
    /// There is no folder for the file; nothing was changed.
    NoFolder(String),
    /// The practice is retired all the same.
    Retired(KeepFault),
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The address of the server was changed.
    ServerTyped(String),
    /// The reason was changed.
    ReasonTyped(String),
    /// **Move the practice**.
    Go,
    /// It is done, or not.
    Answered(Result<Moved, NotMoved>),
    /// With the key.
    Keep(to_keep::Message),
    /// **Done**.
    Done,
    /// **Cancel**.
    Cancel,
    /// In the step-up.
    StepUp(step_up::Message),
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// It was given up.
    Back(Box<Session>),
    /// The practice is not here any more.
    Gone,
    /// The session does not serve any more.
    Ended(Error),
}

impl State {
    /// The question, for whoever is signed in to the practice that is here.
    pub fn new(session: Session, place: Embedded) -> (Self, Task<Message>) {
        let state = Self {
            session,
            place,
            server: String::new(),
            reason: String::new(),
            step: Step::Ask(None),
            step_up: None,
        };
        (state, focus(SERVER))
    }

    /// Who is signed in; nobody from the moment on that the practice is retired.
    pub fn session(&self) -> Option<Session> {
        match self.step {
            Step::Ask(_) | Step::Busy => Some(self.session.clone()),
            Step::Moved { .. } | Step::NotWritten(_) => None,
        }
    }

    /// Whether it is being done: what was asked for is not left until it is answered.
    pub fn is_busy(&self) -> bool {
        matches!(self.step, Step::Busy)
    }

    /// Somebody else may come to the window: no typed password stays.
    pub fn put_away(&mut self) {
        self.step_up = None;
    }

    /// The window's title.
    pub fn title(&self) -> String {
        match self.step {
            Step::Ask(_) | Step::Busy => t("moving-title"),
            Step::Moved { .. } | Step::NotWritten(_) => t("moving-done"),
        }
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        self.step_up.as_ref()?.tick().map(Message::StepUp)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ServerTyped(typed) => self.server = typed,
            Message::ReasonTyped(typed) => self.reason = typed,
            Message::Go | Message::Cancel if self.is_busy() => {}
            Message::Go => return Action::Run(self.go()),
            Message::Answered(answer) => return self.answered(answer),
            Message::Keep(message) => {
                if let Step::Moved { keep, .. } = &mut self.step {
                    return Action::Run(keep.update(message).map(Message::Keep));
                }
            }
            Message::Done => match &mut self.step {
                Step::Moved { keep, .. } => match keep.ask_for_tick() {
                    None => return Action::Gone,
                    Some(ask) => return Action::Run(ask.map(Message::Keep)),
                },
                Step::NotWritten(_) => return Action::Gone,
                Step::Ask(_) | Step::Busy => {}
            },
            Message::Cancel => return Action::Back(Box::new(self.session.clone())),
            Message::StepUp(message) => return self.stepped(message),
        }
        Action::Run(Task::none())
    }

    fn go(&mut self) -> Task<Message> {
        let to = match self.server.parse::<ServerAddress>() {
            Ok(to) => Some(to.to_string()),
            // Whoever runs the server may not have said yet where it is.
            Err(NotAnAddress::Empty) => None,
            Err(fault) => {
                self.step = Step::Ask(Some(Refused::Server(fault)));
                return focus_wrong(SERVER);
            }
        };
        let (Ok(reason), Some(token)) = (Reason::parse(&self.reason), self.session.door.token())
        else {
            self.step = Step::Ask(Some(Refused::Reason));
            return focus_wrong(REASON);
        };
        self.step = Step::Busy;
        let (place, session) = (self.place.clone(), self.session.clone());
        let work = async move { retire(&place, &session, &token, &reason, to.as_deref()).await };
        Task::perform(work, Message::Answered)
    }

    fn answered(&mut self, answer: Result<Moved, NotMoved>) -> Action {
        let refused = match answer {
            Ok(Moved { file, key }) => {
                let practice = self.session.me.practice_name.as_str();
                let text = t!(
                    "moving-key-file",
                    practice = practice,
                    file = file.display().to_string(),
                    key = key.expose()
                );
                let name = t!("moving-key-file-name", practice = practice);
                let keep = to_keep::State::new(key.clone(), Secret::new(text), name);
                self.step = Step::Moved { file, key, keep };
                return Action::Run(focus(to_keep::COPY));
            }
            Err(NotMoved::Retired(fault)) => {
                self.step = Step::NotWritten(faults::keeping(fault));
                return Action::Run(focus(DONE));
            }
            Err(NotMoved::Kept(KeepFault::Call(Error::StepUpNeeded))) => {
                self.step = Step::Ask(None);
                let (dialog, task) = step_up::State::new(self.session.clone());
                self.step_up = Some(dialog);
                return Action::Run(task.map(Message::StepUp));
            }
            Err(NotMoved::Kept(KeepFault::Call(
                error @ (Error::NotSignedIn | Error::Locked | Error::SetUpDue),
            ))) => {
                self.step = Step::Ask(None);
                return Action::Ended(error);
            }
            Err(NotMoved::Kept(fault)) => faults::keeping(fault),
            Err(NotMoved::NoFolder(why)) => why,
        };
        self.step = Step::Ask(Some(Refused::Other(refused)));
        Action::Run(Task::none())
    }

    fn stepped(&mut self, message: step_up::Message) -> Action {
        let Some(dialog) = &mut self.step_up else {
            return Action::Run(Task::none());
        };
        match dialog.update(message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done(token) => {
                self.step_up = None;
                self.session.door.renew(token);
                Action::Run(self.go())
            }
            step_up::Action::Cancelled => {
                self.step_up = None;
                Action::Run(Task::none())
            }
            step_up::Action::Ended(error) => Action::Ended(error),
        }
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let form = match &self.step {
            Step::Ask(refused) => self.ask(refused.as_ref(), false),
            Step::Busy => self.ask(None, true),
            Step::Moved { file, key, keep } => moved(file.display().to_string(), key, keep),
            Step::NotWritten(why) => not_written(why),
        };
        let whole = centred(
            column![brand(), card(form, size::CARD + 40.0)]
                .spacing(space::XL)
                .align_x(Alignment::Center),
        );
        let step_up = self
            .step_up
            .as_ref()
            .map(|dialog| dialog.view().map(Message::StepUp));
        layers(whole, step_up)
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
        keep.tick(t("recovery-key-saved"), t("recovery-key-tick"))
            .map(Message::Keep),
        done(),
    ]
    .spacing(space::L)
    .into()
}

fn not_written(why: &str) -> Element<'_, Message> {
    column![
        title(t("moving-done")),
        notice(Tone::Error, why, t("moving-not-written")),
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

/// Retires the practice and writes it into the documents of whoever does it.
async fn retire(
    place: &Embedded,
    session: &Session,
    token: &Token,
    reason: &Reason,
    to: Option<&str>,
) -> Result<Moved, NotMoved> {
    let practice = session.me.practice_name.as_str();
    let name = t!("moving-file-name", practice = practice);
    let file = saving::free_place(&name, ENDING).map_err(NotMoved::NoFolder)?;
    let done = async {
        let export = place.export(&place.means()).await?;
        export.finish(token, reason, to, &file).await
    };
    match done.await {
        Ok(done) => Ok(Moved {
            file,
            key: done.key,
        }),
        Err(fault) => match session.door.call(WhoAmI {}).await {
            Err(Error::Moved { .. }) => Err(NotMoved::Retired(fault)),
            _ => Err(NotMoved::Kept(fault)),
        },
    }
}
