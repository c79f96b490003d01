//! Add a person: name, e-mail, role; then the invitation to hand over.

use iced::Task;
use iced::widget::{column, row};

use super::{Asked, DialogAction};
use crate::api::{AddPerson, Deliveries, DeliverySettings, Error, Field, Invitation, Line, Secret};
use crate::domain::Role;
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, body, button, checkbox, dialog, field, label, mono, note, panel, small,
};
use crate::gui::words::t;
use crate::gui::{clipboard, faults, status, when};

const NAME: &str = "add-person-name";
const EMAIL: &str = "add-person-email";
const ROLE: &str = "add-person-role";
const COPY: &str = "add-person-copy";

/// The dialog.
#[derive(Debug)]
pub struct State {
    name: String,
    email: String,
    role: Role,
    /// Whether the practice has mail to send an invitation by.
    has_mail: bool,
    /// Whether it is to be sent.
    send: bool,
    made: Option<Invitation>,
    copied: Option<bool>,
    busy: bool,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The name was changed.
    NameTyped(String),
    /// The address was changed.
    EmailTyped(String),
    /// A role was chosen.
    RoleChosen(Role),
    /// How the practice sends has come.
    Deliveries(Result<Box<DeliverySettings>, Error>),
    /// **Also send it to this address** was ticked, or its tick taken away.
    Send(bool),
    /// **Add**.
    Submit,
    /// The invitation has come.
    Answered(Result<Invitation, Error>),
    /// **Copy**.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// The dialog is closed.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// An empty form.
    pub fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            name: String::new(),
            email: String::new(),
            role: Role::Reception,
            has_mail: false,
            send: false,
            made: None,
            copied: None,
            busy: false,
            error: None,
        };
        let deliveries = session.door.ask(Deliveries {});
        let deliveries = deliveries.map(|settings| Message::Deliveries(settings.map(Box::new)));
        (state, Task::batch([focus(NAME), deliveries]))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::NameTyped(name) => self.name = name,
            Message::EmailTyped(email) => self.email = email,
            Message::RoleChosen(role) => self.role = role,
            Message::Deliveries(Ok(settings)) => self.has_mail = settings.mail.is_some(),
            // Handing it over is always possible.
            Message::Deliveries(Err(_)) => {}
            Message::Send(send) => self.send = send,
            Message::Submit if self.busy => {}
            Message::Submit => {
                self.busy = true;
                self.error = None;
                let call = AddPerson {
                    name: self.name.clone(),
                    email: self.email.clone(),
                    role: self.role,
                    send: self.has_mail && self.send,
                };
                return Action::run(session.door.ask(call).map(Message::Answered));
            }
            Message::Answered(Ok(invitation)) => {
                self.busy = false;
                self.made = Some(invitation);
                // It is shown once: a key that is pressed twice must not close it.
                return Action::run(focus(COPY));
            }
            Message::Answered(Err(Error::StepUpNeeded)) => {
                return Action::Ask(Asked::StepUp);
            }
            Message::Answered(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                let about_email = faults::of_field(Some(&error), Field::Email).is_some();
                self.error = Some(error);
                return Action::run(focus_wrong(if about_email { EMAIL } else { NAME }));
            }
            Message::Copy => {
                if let Some(made) = &self.made {
                    let copy = clipboard::copy(Secret::new(made.code.expose()));
                    return Action::run(Task::perform(copy, Message::Copied));
                }
            }
            Message::Copied(taken) => self.copied = Some(taken),
            // The code that comes would be nobody's.
            Message::Close if self.busy => {}
            Message::Close => return Action::Closed,
        }
        Action::nothing()
    }

    /// The focus where it goes on.
    pub fn first(&self) -> Task<Message> {
        focus(self.made.as_ref().map_or(NAME, |_| COPY))
    }

    /// Goes on after a step-up.
    pub fn again(&mut self) -> Task<Message> {
        self.busy = false;
        Task::done(Message::Submit)
    }

    /// The step-up was given up.
    pub fn not_again(&mut self) {
        self.busy = false;
    }

    /// Draws it.
    pub fn view(&self, session: &Session) -> Element<'_, Message> {
        match &self.made {
            Some(made) => self.invitation(made, &session.me.time_zone),
            None => self.form(),
        }
    }

    fn form(&self) -> Element<'_, Message> {
        let error = self.error.as_ref();
        let general = error
            .filter(|error| !matches!(error, Error::Invalid { .. }))
            .map(faults::notice);
        let roles = status::roles(self.role, ROLE, Message::RoleChosen);
        let send = self
            .has_mail
            .then(|| checkbox(t("invitation-send"), self.send, Message::Send));
        dialog(t("add-person"), t("close"), Message::Close)
            .content(
                column![
                    field(t("name"), &self.name, Message::NameTyped)
                        .id(NAME)
                        .error(faults::of_field(error, Field::Name))
                        .on_submit(Message::Submit),
                    field(t("email"), &self.email, Message::EmailTyped)
                        .id(EMAIL)
                        .error(faults::of_field(error, Field::Email))
                        .on_submit(Message::Submit),
                    label(t("role")),
                ]
                .push(iced::widget::Column::with_children(roles).spacing(space::S))
                .push(send)
                .push(general)
                .spacing(space::M),
            )
            .push(button(t("cancel")).on_press(Message::Close))
            .push(
                button(t("add"))
                    .primary()
                    .busy(self.busy)
                    .on_press(Message::Submit),
            )
            .into()
    }

    fn invitation<'a>(&'a self, made: &'a Invitation, zone: &str) -> Element<'a, Message> {
        let copied = self
            .copied
            .map(|taken| small(if taken { t("copied") } else { t("not-copied") }));
        dialog(t("invitation-title"), t("close"), Message::Close)
            .subtitle(self.name.as_str())
            .content(
                column![body(t!("invitation-body", name = self.name.as_str())),]
                    .push(sent(made))
                    .extend([
                        panel(row![mono(made.code.expose())]),
                        small(t!(
                            "invitation-until",
                            until = when::moment(made.ends, zone)
                        ))
                        .into(),
                        button(t("copy"))
                            .id(COPY)
                            .icon(Icon::Copy)
                            .on_press(Message::Copy)
                            .into(),
                    ])
                    .push(copied)
                    .spacing(space::M),
            )
            .push(button(t("done")).primary().on_press(Message::Close))
            .into()
    }
}

/// What became of the letter, if one was asked for.
pub(super) fn sent<'a, M: Clone + 'a>(made: &Invitation) -> Option<Element<'a, M>> {
    let (icon, words, tone) = match made.letter.as_ref()? {
        Line::NotConfigured => (
            Icon::TriangleAlert,
            t("invitation-not-configured"),
            Tone::Warning,
        ),
        Line::TooMany { .. } => (Icon::TriangleAlert, t("invitation-too-many"), Tone::Warning),
        _ => (Icon::Mail, t("invitation-sent"), Tone::Enabled),
    };
    Some(note(icon, words, tone))
}
