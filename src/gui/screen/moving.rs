//! The practice goes to a server: asked for once more, retired here, and the key of its file shown.

mod view;

use std::path::PathBuf;

use iced::Task;
use jiff::SignedDuration;

use super::{focus, focus_wrong};
use crate::api::{Error, Secret, Token, WhoAmI};
use crate::backend::{Embedded, KeepFault, NotAnAddress, ServerAddress};
use crate::domain::{Reason, Timestamp};
use crate::gui::door::Session;
use crate::gui::words::t;
use crate::gui::{faults, saving, step_up, to_keep};

const SERVER: &str = "moving-server";
const REASON: &str = "moving-reason";
const DONE: &str = "moving-done";

/// What a file for a server is called by.
const ENDING: &str = "vestibule";

/// How long the key is shown: as long as a session stays open that nobody touches.
const SHOWN: SignedDuration = SignedDuration::from_mins(15);

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
        /// From this moment on the key is not shown any more.
        until: Timestamp,
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
    /// A second has passed.
    Tick,
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

    /// Whether it is being done: not left in any way until it is answered.
    pub fn is_busy(&self) -> bool {
        matches!(self.step, Step::Busy)
    }

    /// Whether nobody is signed in here any more: there is nothing to lock, and the key is left.
    pub fn is_over(&self) -> bool {
        matches!(self.step, Step::Moved { .. } | Step::NotWritten(_))
    }

    /// The window is to be closed: asks for the tick first, once.
    pub fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        let Step::Moved { keep, .. } = &mut self.step else {
            return None;
        };
        Some(keep.ask_before_closing()?.map(Message::Keep))
    }

    /// The same person is there again.
    pub fn returned_to(&self) -> Task<Message> {
        focus(SERVER)
    }

    /// Somebody else may come to the window: no typed password stays.
    pub fn put_away(&mut self) {
        self.step_up = None;
    }

    /// The window's title.
    pub fn title(&self) -> String {
        match self.step {
            Step::Ask(_) | Step::Busy => t("moving-title"),
            Step::Moved { .. } => t("moving-done"),
            Step::NotWritten(_) => t("moving-not-written"),
        }
    }

    /// What a second that passes means here: while a sent code is awaited, or the key is shown.
    pub fn tick(&self) -> Option<Message> {
        match self.step {
            Step::Moved { .. } => Some(Message::Tick),
            _ => self.step_up.as_ref()?.tick().map(Message::StepUp),
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ServerTyped(typed) => self.server = typed,
            Message::ReasonTyped(typed) => self.reason = typed,
            Message::Go | Message::Cancel if self.is_busy() => {}
            Message::Go => return self.go(),
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
            Message::Tick => {
                if let Step::Moved { until, .. } = self.step
                    && self.session.door.now() >= until
                {
                    return Action::Gone;
                }
            }
            Message::Cancel => return Action::Back(Box::new(self.session.clone())),
            Message::StepUp(message) => return self.stepped(message),
        }
        Action::Run(Task::none())
    }

    fn go(&mut self) -> Action {
        let to = match self.server.parse::<ServerAddress>() {
            Ok(to) => Some(to.to_string()),
            // Whoever runs the server may not have said yet where it is.
            Err(NotAnAddress::Empty) => None,
            Err(fault) => {
                self.step = Step::Ask(Some(Refused::Server(fault)));
                return Action::Run(focus_wrong(SERVER));
            }
        };
        let Ok(reason) = Reason::parse(&self.reason) else {
            self.step = Step::Ask(Some(Refused::Reason));
            return Action::Run(focus_wrong(REASON));
        };
        let Some(token) = self.session.door.token() else {
            return Action::Ended(Error::NotSignedIn);
        };
        self.step = Step::Busy;
        let (place, session) = (self.place.clone(), self.session.clone());
        let work = async move { retire(&place, &session, &token, &reason, to.as_deref()).await };
        Action::Run(Task::perform(work, Message::Answered))
    }

    fn answered(&mut self, answer: Result<Moved, NotMoved>) -> Action {
        let refused = match answer {
            Ok(Moved { file, key }) => {
                let page = t!(
                    "moving-key-page",
                    practice = self.session.me.practice_name.as_str(),
                    file = file.display().to_string(),
                    key = key.expose()
                );
                self.step = Step::Moved {
                    file,
                    // Whoever has both has the practice: it is not saved beside its file.
                    keep: to_keep::State::without_file(key.clone(), Secret::new(page)),
                    key,
                    until: self
                        .session
                        .door
                        .now()
                        .saturating_add(SHOWN)
                        .unwrap_or(Timestamp::MAX),
                };
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
            Err(NotMoved::NoFolder(why)) => t!("moving-no-folder", why = why),
        };
        self.step = Step::Ask(Some(Refused::Other(refused)));
        Action::Run(Task::none())
    }

    fn stepped(&mut self, message: step_up::Message) -> Action {
        match step_up::hear(&mut self.step_up, message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done => self.go(),
            step_up::Action::Cancelled => Action::Run(Task::none()),
            step_up::Action::Ended(error) => Action::Ended(error),
        }
    }
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
        let export = place.export().await?;
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
