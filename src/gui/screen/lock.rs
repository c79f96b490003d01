//! The lock screen: the same person's password, or the way to somebody else's sign-in.

use iced::widget::{column, container, row};
use iced::{Alignment, Length, Task};

use super::{focus, focus_wrong};
use crate::api::{Error, Lock, Unlock, Unlocked};
use crate::backend::Known;
use crate::gui::door::Door;
use crate::gui::faults;
use crate::gui::password::{self, Password};
use crate::gui::theme::{self, size, space};
use crate::gui::widget::{
    Element, Icon, Tone, avatar, button, card, centred, icon, muted, notice, tinted, title,
};
use crate::gui::words::t;

const PASSWORD: &str = "lock-password";

/// Whose session it is, and what was typed.
#[derive(Debug)]
pub struct State {
    door: Door,
    who: Known,
    /// Since when this window is locked; none where it was found locked.
    since: Option<String>,
    password: Password,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// In the password.
    Password(password::Message),
    /// **Unlock**.
    Submit,
    /// It is answered.
    Answered(Result<Box<Unlocked>, Error>),
    /// **Switch user**.
    SwitchUser,
    /// **Sign out**.
    SignOut,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on where the person was.
    Unlocked(Box<Unlocked>),
    /// Let somebody else sign in; the session stays locked.
    SwitchUser,
    /// End the session.
    SignOut,
    /// The session has ended.
    Ended(Error),
}

impl State {
    /// The lock of this person's session. `since` is the time of day at which the window was
    /// locked with the person's work in it.
    pub fn new(door: Door, who: Known, since: Option<String>) -> (Self, Task<Message>) {
        let state = Self {
            door,
            who,
            since,
            password: Password::new(PASSWORD),
            busy: false,
            error: None,
        };
        (state, focus(PASSWORD))
    }

    /// The way to the backend, as this person.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// Whose session it is.
    pub fn who(&self) -> &Known {
        &self.who
    }

    /// The window's title: no name, since it stands in task bars too.
    pub fn title(&self) -> String {
        t("locked")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Password(message) => self.password.update(message),
            Message::Submit if self.busy => {}
            Message::Submit if self.password.is_empty() => return Action::Run(focus(PASSWORD)),
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let (door, password) = (self.door.clone(), self.password.typed());
                return Action::Run(
                    Task::future(async move {
                        // Where the window is locked and the backend could not be reached for it.
                        door.call(Lock {}).await?;
                        door.call(Unlock { password }).await.map(Box::new)
                    })
                    .map(Message::Answered),
                );
            }
            Message::Answered(Ok(unlocked)) => return Action::Unlocked(unlocked),
            Message::Answered(Err(error @ Error::NotSignedIn)) => return Action::Ended(error),
            Message::Answered(Err(error)) => {
                self.busy = false;
                self.error = Some(error);
                return Action::Run(focus_wrong(PASSWORD));
            }
            // The answer that is awaited has the session's new token: without it nobody could end it.
            Message::SwitchUser | Message::SignOut if self.busy => {}
            Message::SwitchUser => return Action::SwitchUser,
            Message::SignOut => return Action::SignOut,
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let fault = self.error.as_ref().map(|error| {
            let words = match error {
                Error::WrongCredentials => t("fault-password"),
                other => faults::sentence(other),
            };
            notice(Tone::Error, words, "")
        });
        let since = match &self.since {
            Some(time) => t!("locked-since", time = time.as_str()),
            None => t("locked"),
        };
        let who = column![
            avatar(&self.who.name, 56.0),
            // Whatever a server calls somebody, the password stays in sight.
            container(title(self.who.name.as_str()))
                .max_height(3.0 * theme::TITLE.line)
                .clip(true),
            row![
                tinted(icon(Icon::Lock, size::ICON_SMALL), |tokens| tokens.muted),
                muted(since)
            ]
            .spacing(space::XS)
            .align_y(Alignment::Center),
        ]
        .spacing(space::S)
        .align_x(Alignment::Center);
        let form = column![
            container(who).center_x(Length::Fill),
            self.password
                .field(t("password"), Message::Password)
                .on_submit(Message::Submit),
        ]
        .push(fault)
        .push(
            button(t("unlock"))
                .primary()
                .width(Length::Fill)
                .busy(self.busy)
                .on_press(Message::Submit),
        )
        .push(
            container(
                row![
                    button(t("switch-user"))
                        .link()
                        .icon(Icon::Users)
                        .on_press(Message::SwitchUser),
                    button(t("sign-out")).link().on_press(Message::SignOut),
                ]
                .spacing(space::XL)
                .align_y(Alignment::Center),
            )
            .center_x(Length::Fill),
        )
        .spacing(space::L);
        centred(container(card(form, size::CARD)).center_x(Length::Fill))
    }
}
