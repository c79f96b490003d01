//! Recovery codes: ten, shown once; and what is said after one was used.

use iced::widget::{column, row};
use iced::{Length, Task};

use super::focus;
use crate::api::{
    Ack, Error, KeepRecoveryCodes, MakeRecoveryCodes, Offer, RecoveryCodes, RecoveryDue, Secret,
};
use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Tone, body, button, in_card, mono, notice, panel, small, title};
use crate::gui::words::t;
use crate::gui::{faults, step_up, to_keep};

const FIRST: &str = "recovery-codes-first";

/// The codes on their way to whoever keeps them.
#[derive(Debug)]
pub struct State {
    session: Session,
    due: RecoveryDue,
    /// The set-up that is offered afterwards, if one is.
    offer: Option<Offer>,
    shown: Option<Shown>,
    step_up: Option<step_up::State>,
    /// The method is to be replaced once the new codes are kept.
    replaces: bool,
    busy: bool,
    error: Option<Error>,
}

#[derive(Debug)]
struct Shown {
    codes: RecoveryCodes,
    keep: to_keep::State,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// **Make new codes**.
    Make,
    /// They have come.
    Made(Result<RecoveryCodes, Error>),
    /// With the codes.
    Keep(to_keep::Message),
    /// **Done**.
    Done,
    /// They count, or not.
    Kept(Result<Ack, Error>),
    /// **Later**, or to keep the method.
    Later,
    /// **Replace the method**.
    Replace,
    /// In the step-up.
    StepUp(step_up::Message),
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go in, past the set-up that is offered, if one is.
    In(Box<Session>, Option<Offer>),
    /// Go in, to the choice of another method.
    Replace(Box<Session>),
    /// The session does not serve any more, or not yet.
    Ended(Error),
}

impl State {
    /// The screen after a sign-in or a set-up. New codes are made at once where there are none.
    pub fn new(session: Session, due: RecoveryDue, offer: Option<Offer>) -> (Self, Task<Message>) {
        let mut state = Self {
            session,
            due,
            offer,
            shown: None,
            step_up: None,
            replaces: false,
            busy: false,
            error: None,
        };
        let task = match due {
            RecoveryDue::NoSet => state.make(),
            RecoveryDue::Used { .. } => focus(FIRST),
        };
        (state, task)
    }

    /// Who is signed in.
    pub fn session(&self) -> Session {
        self.session.clone()
    }

    /// Somebody else may come to the window: codes that were not ticked are void.
    pub fn put_away(&mut self) {
        self.shown = None;
        self.step_up = None;
        self.busy = false;
    }

    /// The same person is there again.
    pub fn returned_to(&self) -> Task<Message> {
        focus(FIRST)
    }

    /// The window's title.
    pub fn title(&self) -> String {
        match self.due {
            RecoveryDue::Used { .. } if self.shown.is_none() => t("recovery-used-title"),
            _ => t("recovery-codes-title"),
        }
    }

    /// What a second that passes means here; nothing unless a sent code is awaited.
    pub fn tick(&self) -> Option<Message> {
        self.step_up.as_ref()?.tick().map(Message::StepUp)
    }

    fn make(&mut self) -> Task<Message> {
        self.busy = true;
        self.error = None;
        self.session
            .door
            .ask(MakeRecoveryCodes {})
            .map(Message::Made)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Make | Message::Replace if self.busy => {}
            Message::Make => {
                self.replaces = false;
                return Action::Run(self.make());
            }
            Message::Made(Ok(codes)) => {
                self.busy = false;
                self.shown = Some(Shown::new(codes, &self.session));
                return Action::Run(focus(to_keep::COPY));
            }
            Message::Keep(message) => {
                if let Some(shown) = &mut self.shown {
                    return Action::Run(shown.keep.update(message).map(Message::Keep));
                }
            }
            Message::Done if !self.busy => {
                if let Some(shown) = &mut self.shown {
                    if let Some(ask) = shown.keep.ask_for_tick() {
                        return Action::Run(ask.map(Message::Keep));
                    }
                    self.busy = true;
                    self.error = None;
                    let set = shown.codes.set.clone();
                    let call = KeepRecoveryCodes { set };
                    return Action::Run(self.session.door.ask(call).map(Message::Kept));
                }
            }
            Message::Done => {}
            Message::Kept(Ok(_)) if self.replaces => {
                return Action::Replace(Box::new(self.session.clone()));
            }
            Message::Kept(Ok(_)) | Message::Later => {
                return Action::In(Box::new(self.session.clone()), self.offer.take());
            }
            // With few left there is no way past new ones.
            Message::Replace if matches!(self.due, RecoveryDue::Used { few: true, .. }) => {
                self.replaces = true;
                return Action::Run(self.make());
            }
            Message::Replace => return Action::Replace(Box::new(self.session.clone())),
            Message::Made(Err(Error::StepUpNeeded)) => {
                self.busy = false;
                let (dialog, task) = step_up::State::new(self.session.clone());
                self.step_up = Some(dialog);
                return Action::Run(task.map(Message::StepUp));
            }
            Message::Made(Err(error)) | Message::Kept(Err(error)) => {
                self.busy = false;
                if matches!(error, Error::NotSignedIn | Error::Locked | Error::SetUpDue) {
                    return Action::Ended(error);
                }
                if error == Error::Stale {
                    // A newer set was shown elsewhere: these count no more.
                    self.shown = None;
                }
                self.error = Some(error);
            }
            Message::StepUp(message) => return self.stepped(message),
        }
        Action::Run(Task::none())
    }

    fn stepped(&mut self, message: step_up::Message) -> Action {
        match step_up::hear(&mut self.step_up, message) {
            step_up::Action::Run(task) => Action::Run(task.map(Message::StepUp)),
            step_up::Action::Done => Action::Run(self.make()),
            step_up::Action::Cancelled => Action::Run(Task::none()),
            step_up::Action::Ended(error) => Action::Ended(error),
        }
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let form = match (&self.shown, self.due) {
            (Some(shown), _) => self.codes(shown),
            (None, RecoveryDue::Used { left, few }) => self.used(left, few),
            (None, RecoveryDue::NoSet) => self.none_yet(),
        };
        step_up::over(in_card(form), self.step_up.as_ref(), Message::StepUp)
    }

    fn codes<'a>(&'a self, shown: &'a Shown) -> Element<'a, Message> {
        let half = shown.codes.codes.len().div_ceil(2);
        let list = |codes: &'a [Secret]| {
            column(codes.iter().map(|code| mono(code.expose()).into()))
                .spacing(space::XS)
                .width(Length::Fill)
        };
        let (first, second) = shown.codes.codes.split_at(half);
        // With few left there is no way on but with new ones.
        let needed = matches!(self.due, RecoveryDue::Used { few: true, .. });
        let later = (!needed).then(|| {
            button(t("recovery-codes-later"))
                .link()
                .on_press(Message::Later)
        });
        column![
            title(t("recovery-codes-title")),
            body(t("recovery-codes-body")),
            panel(row![list(first), list(second)].spacing(space::L)),
            shown.keep.buttons().map(Message::Keep),
            shown
                .keep
                .tick(t("recovery-codes-saved"), t("recovery-codes-tick"))
                .map(Message::Keep),
        ]
        .push(self.fault())
        .push(
            button(t("done"))
                .primary()
                .width(Length::Fill)
                .busy(self.busy)
                .on_press(Message::Done),
        )
        .push(later)
        .spacing(space::L)
        .into()
    }

    fn none_yet(&self) -> Element<'_, Message> {
        column![
            title(t("recovery-codes-title")),
            body(t("recovery-codes-why")),
        ]
        .push(self.fault())
        .push(
            row![
                button(t("later")).on_press(Message::Later),
                iced::widget::space().width(Length::Fill),
                button(t("recovery-codes-make"))
                    .primary()
                    .id(FIRST)
                    .busy(self.busy)
                    .on_press(Message::Make),
            ]
            .spacing(space::S),
        )
        .spacing(space::L)
        .into()
    }

    fn used(&self, left: u32, few: bool) -> Element<'_, Message> {
        let replace = button(t("recovery-replace-method"))
            .width(Length::Fill)
            .on_press(Message::Replace);
        let make = button(t("recovery-codes-make"))
            .width(Length::Fill)
            .busy(self.busy)
            .on_press(Message::Make);
        // With few left, new ones have to be made before going on.
        let acts = if few {
            column![make.primary().id(FIRST), replace]
        } else {
            let keep = button(t("recovery-keep-method"))
                .primary()
                .width(Length::Fill)
                .id(FIRST)
                .on_press(Message::Later);
            column![keep, replace, make]
        };
        let few = few.then(|| notice(Tone::Warning, "", t("recovery-few")));
        column![
            title(t("recovery-used-title")),
            body(t!("recovery-left", count = left)),
            body(t("recovery-used-body")),
        ]
        .push(few)
        .push(self.fault())
        .push(acts.spacing(space::S))
        .push(small(t("recovery-used-not-you")))
        .spacing(space::L)
        .into()
    }

    fn fault(&self) -> Option<Element<'_, Message>> {
        self.error.as_ref().map(faults::notice)
    }
}

impl Shown {
    fn new(codes: RecoveryCodes, session: &Session) -> Self {
        let all: Vec<&str> = codes.codes.iter().map(Secret::expose).collect();
        let all = Secret::new(all.join("\n"));
        let file = t!(
            "recovery-codes-file",
            name = session.me.name.as_str(),
            practice = session.me.practice_name.as_str(),
            codes = all.expose()
        );
        let name = t("recovery-codes-file-name");
        Self {
            keep: to_keep::State::new(all, Secret::new(file), name),
            codes,
        }
    }
}
