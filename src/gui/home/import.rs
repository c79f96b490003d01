//! Import: a list of people is read, what is wrong with it is told line by line, and then they are
//! added in parts, each with an invitation to hand over.

mod file;
mod roster;
mod words;

use iced::Task;
use iced::widget::column;

use roster::Roster;

use super::{Asked, DialogAction};
use crate::api::{
    CheckImport, Deliveries, DeliverySettings, Error, ImportPeople, Imported, Invitation,
    PEOPLE_PER_IMPORT,
};
use crate::domain::{Newcomer, read_roster};
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{Element, button, checkbox, dialog, field, subtitle};
use crate::gui::words::t;
use crate::gui::{faults, to_keep};

const FILE: &str = "import-file";
const MAIN: &str = "import-main";

/// The dialog.
#[derive(Debug)]
pub struct State {
    path: String,
    stage: Stage,
    /// Whether the practice has mail to send invitations by.
    has_mail: bool,
    /// Whether they are to be sent.
    send: bool,
    /// An answer is awaited, or a step-up.
    busy: bool,
    /// It was said that the codes are gone with the dialog.
    warned: bool,
    /// The window was to be closed while people were being added.
    closing: bool,
    /// What is wrong with the file.
    fault: Option<String>,
    error: Option<Error>,
}

#[derive(Debug)]
enum Stage {
    /// Which file.
    Choose,
    /// What was read; of so many who can be added it is known whether they have an account.
    Read(Roster, usize),
    /// So many were added or left alone.
    Adding(Roster, usize),
    /// All were, or it was stopped.
    Done(Roster, Option<to_keep::State>),
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The path was changed.
    Typed(String),
    /// How the practice sends has come.
    Deliveries(Result<Box<DeliverySettings>, Error>),
    /// **Also send each** was ticked, or its tick taken away.
    Send(bool),
    /// **Read**.
    Read,
    /// The file was read, or not.
    Loaded(Result<Vec<u8>, String>),
    /// Who has an account.
    Checked(Result<Vec<bool>, Error>),
    /// **Add**.
    Add,
    /// A part was added, or not.
    Added(Result<Vec<Option<Invitation>>, Error>),
    /// **Stop** after this part.
    Stop,
    /// In what is to be kept.
    Keep(to_keep::Message),
    /// The dialog is closed.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// Asks for the file.
    pub fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            path: String::new(),
            stage: Stage::Choose,
            has_mail: false,
            send: false,
            busy: false,
            warned: false,
            closing: false,
            fault: None,
            error: None,
        };
        let deliveries = session.door.ask(Deliveries {});
        let deliveries = deliveries.map(|settings| Message::Deliveries(settings.map(Box::new)));
        (state, Task::batch([focus(FILE), deliveries]))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::Typed(path) => self.path = path,
            Message::Deliveries(Ok(settings)) => self.has_mail = settings.mail.is_some(),
            // Handing them over is always possible.
            Message::Deliveries(Err(_)) => {}
            Message::Send(send) => self.send = send,
            Message::Read if self.busy => {}
            Message::Read => {
                let Some(path) = file::named(&self.path) else {
                    return self.not_read(t("import-no-file"));
                };
                self.busy = true;
                self.fault = None;
                return Action::run(Task::perform(file::read(path), Message::Loaded));
            }
            Message::Loaded(Ok(bytes)) => match read_roster(&bytes) {
                Ok(lines) => {
                    self.stage = Stage::Read(Roster::of(lines), 0);
                    return self.check(session);
                }
                Err(fault) => return self.not_read(words::of_file(fault)),
            },
            Message::Loaded(Err(why)) => return self.not_read(t!("import-not-read", why = why)),
            Message::Checked(Ok(taken)) => {
                if let Stage::Read(roster, checked) = &mut self.stage {
                    *checked += roster.leave_out(*checked, &taken);
                }
                return self.check(session);
            }
            Message::Add if self.busy => {}
            Message::Add => {
                if let Stage::Read(roster, _) = &mut self.stage {
                    self.stage = Stage::Adding(std::mem::take(roster), 0);
                }
                return self.add(session);
            }
            Message::Added(Ok(invitations)) => {
                if let Stage::Adding(roster, added) = &mut self.stage {
                    roster.invited(*added, &invitations, &session.me.time_zone);
                    *added += invitations.len();
                }
                return self.add(session);
            }
            Message::Stop => {
                if let Stage::Adding(roster, added) = &mut self.stage {
                    // What is under way is awaited; no other part is begun.
                    let under_way = (*added + PEOPLE_PER_IMPORT).min(roster.good.len());
                    roster.good.truncate(under_way);
                }
            }
            Message::Checked(Err(error)) | Message::Added(Err(error)) => {
                return self.refused(error);
            }
            Message::Keep(message) => {
                if let Stage::Done(_, Some(keep)) = &mut self.stage {
                    return Action::run(keep.update(message).map(Message::Keep));
                }
            }
            Message::Close if matches!(self.stage, Stage::Adding(..)) && self.busy => {
                // The codes of who was added would be gone with it.
                return self.update(Message::Stop, session);
            }
            Message::Close => {
                if let Some(warning) = self.warn() {
                    return Action::run(warning);
                }
                if let Stage::Adding(roster, _) = &mut self.stage
                    && !roster.made.is_empty()
                {
                    let roster = std::mem::take(roster);
                    return self.done(roster, session);
                }
                return Action::Closed;
            }
        }
        Action::run(Task::none())
    }

    /// Says that the codes are gone with the dialog, once, unless they are kept.
    fn warn(&mut self) -> Option<Task<Message>> {
        let Stage::Done(roster, Some(keep)) = &mut self.stage else {
            return None;
        };
        if self.warned || keep.was_kept() || roster.all_sent() {
            return None;
        }
        self.warned = true;
        Some(keep.warn().map(Message::Keep))
    }

    /// The window is to be closed: stops adding, and says that the codes are gone, each once.
    pub fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        let made = |roster: &Roster| !roster.made.is_empty();
        let adding = matches!(&self.stage, Stage::Adding(roster, _) if self.busy || made(roster));
        if adding && !std::mem::replace(&mut self.closing, true) {
            return Some(Task::done(Message::Close));
        }
        self.warn()
    }

    /// The focus where it goes on.
    pub fn first(&self) -> Task<Message> {
        focus(match &self.stage {
            Stage::Choose => FILE,
            Stage::Done(_, Some(_)) => to_keep::COPY,
            _ => MAIN,
        })
    }

    fn not_read(&mut self, why: String) -> Action {
        self.busy = false;
        self.fault = Some(why);
        Action::run(focus_wrong(FILE))
    }

    /// Asks for the next part whether they have an account, until that is known of all.
    fn check(&mut self, session: &Session) -> Action {
        let Stage::Read(roster, checked) = &self.stage else {
            return Action::run(Task::none());
        };
        let emails: Vec<String> = roster
            .part(*checked)
            .map(|(_, new)| new.email.as_str().to_owned())
            .collect();
        self.busy = !emails.is_empty();
        if emails.is_empty() {
            return Action::run(focus(MAIN));
        }
        let door = &session.door;
        Action::run(door.ask(CheckImport { emails }).map(Message::Checked))
    }

    /// Adds the next part, until there is none.
    fn add(&mut self, session: &Session) -> Action {
        let Stage::Adding(roster, added) = &mut self.stage else {
            return Action::run(Task::none());
        };
        let people: Vec<Imported> = roster.part(*added).map(|(_, new)| imported(new)).collect();
        self.busy = !people.is_empty();
        self.error = None;
        if people.is_empty() {
            let roster = std::mem::take(roster);
            return self.done(roster, session);
        }
        let send = self.has_mail && self.send;
        let door = &session.door;
        Action::run(door.ask(ImportPeople { people, send }).map(Message::Added))
    }

    /// What was added is told, with its codes.
    fn done(&mut self, roster: Roster, session: &Session) -> Action {
        let keep = roster.to_keep(&session.me.practice_name);
        self.error = None;
        self.stage = Stage::Done(roster, keep);
        Action::run(self.first())
    }

    fn refused(&mut self, error: Error) -> Action {
        if error == Error::StepUpNeeded {
            return Action::Ask(Asked::StepUp);
        }
        self.busy = false;
        if let Some(ended) = Asked::unless_ended(&error) {
            return Action::Ask(ended);
        }
        self.error = Some(error);
        Action::run(focus(MAIN))
    }

    /// Goes on after a step-up.
    pub fn again(&mut self) -> Task<Message> {
        if std::mem::take(&mut self.busy) {
            Task::done(Message::Add)
        } else {
            Task::none()
        }
    }

    /// The step-up was given up: what was added stays so.
    pub fn not_again(&mut self) {
        self.busy = false;
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let sheet = dialog(t("import-title"), t("close"), Message::Close);
        let error = self.error.as_ref().map(faults::notice);
        let main = |words: String, press: Message| {
            button(words)
                .primary()
                .id(MAIN)
                .busy(self.busy)
                .on_press(press)
        };
        match &self.stage {
            Stage::Choose => sheet
                .content(
                    column![
                        subtitle(t("import-about")),
                        field(t("import-file"), &self.path, Message::Typed)
                            .id(FILE)
                            .help(t("import-file-help"))
                            .error(self.fault.clone())
                            .on_submit(Message::Read),
                    ]
                    .spacing(space::M),
                )
                .push(button(t("cancel")).on_press(Message::Close))
                .push(main(t("import-read"), Message::Read)),
            Stage::Read(roster, _) => {
                let add = (!roster.good.is_empty()).then(|| {
                    let words = t!("import-add", count = roster.good.len());
                    main(words, Message::Add)
                });
                let cancel = button(t("cancel")).on_press(Message::Close);
                let send = (self.has_mail && add.is_some())
                    .then(|| checkbox(t("invitation-send-all"), self.send, Message::Send));
                let read = words::read(roster).push(send).push(error);
                let sheet = sheet.content(read.spacing(space::M));
                match add {
                    Some(add) => sheet.push(cancel).push(add),
                    None => sheet.push(cancel.id(MAIN)),
                }
            }
            Stage::Adding(roster, added) => {
                let of = roster.good.len();
                let how_far = t!("import-how-far", added = *added, of = of);
                let sheet = sheet.content(column![subtitle(how_far)].push(error).spacing(space::M));
                if self.busy {
                    sheet.push(button(t("import-stop")).id(MAIN).on_press(Message::Stop))
                } else {
                    sheet
                        .push(button(t("cancel")).on_press(Message::Close))
                        .push(main(t("try-again"), Message::Add))
                }
            }
            Stage::Done(roster, keep) => {
                let keep = keep.as_ref().map(|keep| keep.buttons().map(Message::Keep));
                sheet
                    .content(words::done(roster).push(keep).spacing(space::M))
                    .push(main(t("done"), Message::Close))
            }
        }
        .into()
    }
}

fn imported(new: &Newcomer) -> Imported {
    Imported {
        name: new.name.as_str().to_owned(),
        email: new.email.as_str().to_owned(),
        role: new.role,
    }
}
