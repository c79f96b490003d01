//! Practice > Delivery: how the practice sends email and SMS. For full access.
//!
//! Knows what is set, what was typed and what waits for a step-up. A form is judged here by the
//! rules that the backend has too: nobody should prove who they are for a typing error.

mod mail;
mod panel;
mod sms;
pub(in crate::gui) mod test;

use iced::Task;
use iced::widget::Id;

use super::Asked;
use crate::api::{ClearDelivery, Deliveries, DeliverySettings, Error};
use crate::domain::Channel;
use crate::gui::door::Session;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::widget::{focus_if_none, reveal};

/// The page.
#[derive(Debug)]
pub struct State {
    settings: Option<DeliverySettings>,
    mail: mail::Form,
    sms: sms::Form,
    email: Part,
    text: Part,
    /// What was asked of the backend and may need a step-up.
    waiting: Option<(Channel, Act)>,
    /// Why the settings have not come.
    error: Option<Error>,
}

/// What a panel has to say beside its form.
#[derive(Debug, Default)]
struct Part {
    told: Option<Act>,
    /// Whether something was typed that is not saved.
    typed: bool,
    /// **Remove** was pressed once.
    confirming: bool,
    error: Option<Error>,
    /// The field that the error is about.
    at: Option<Id>,
    test: test::State,
}

impl Part {
    /// The sentence for a field, if the error is about it.
    fn fault(&self, field: &Id) -> Option<String> {
        let error = self.error.as_ref()?;
        (self.at.as_ref() == Some(field)).then(|| crate::gui::faults::sentence(error))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Save,
    Clear,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The settings have come.
    Loaded(Result<Box<DeliverySettings>, Error>),
    /// **Try again**.
    TryAgain,
    /// In the form for email.
    Mail(mail::Message),
    /// In the form for SMS.
    Sms(sms::Message),
    /// **Save**.
    Save(Channel),
    /// **Remove**, once.
    AskClear(Channel),
    /// **Keep it**.
    Keep(Channel),
    /// **Remove**, for certain.
    Clear(Channel),
    /// It is saved or taken away, or not.
    Answered(Result<Box<DeliverySettings>, Error>),
    /// At a test message.
    Test(Channel, test::Message),
    /// A second has passed while a test message is on its way.
    Tick,
}

impl State {
    /// Loads the settings.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let state = Self {
            settings: None,
            mail: mail::Form::new(&session.me.practice_name),
            sms: sms::Form::new(),
            email: Part::default(),
            text: Part::default(),
            waiting: None,
            error: None,
        };
        (state, load(session))
    }

    fn part(&mut self, channel: Channel) -> &mut Part {
        match channel {
            Channel::Email => &mut self.email,
            Channel::Sms => &mut self.text,
        }
    }

    /// What a second that passes means here; nothing unless a test message is on its way.
    pub(super) fn tick(&self) -> Option<Message> {
        let changes = self.email.test.changes() || self.text.test.changes();
        changes.then_some(Message::Tick)
    }

    /// Whether something was typed that is not saved, or is being saved.
    pub(super) fn is_unsaved(&self) -> bool {
        self.email.typed || self.text.typed || self.waiting.is_some()
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self) -> Task<Message> {
        focus(first(Channel::Email))
    }

    /// The server answers again.
    pub(super) fn found_again(&self, session: &Session) -> Task<Message> {
        match self.error {
            Some(_) => load(session),
            None => Task::none(),
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::TryAgain => return Asked::Run(load(session)),
            Message::Loaded(Ok(settings)) => {
                if let Some(mail) = &settings.mail {
                    self.mail = mail::Form::of(&mail.settings);
                }
                if let Some(sms) = &settings.sms {
                    self.sms = sms::Form::of(&sms.settings, &settings.countries);
                }
                self.settings = Some(*settings);
                return Asked::Run(match self.error.take() {
                    // **Try again** is gone.
                    Some(_) => focus_if_none(first(Channel::Email)),
                    None => focus(first(Channel::Email)),
                });
            }
            Message::Loaded(Err(error)) => {
                let ended = Asked::unless_ended(&error);
                self.error = Some(error);
                return ended.unwrap_or_else(Asked::nothing);
            }
            Message::Mail(message) => {
                self.email.told = None;
                self.email.typed = true;
                self.mail.update(message);
            }
            Message::Sms(message) => {
                self.text.told = None;
                self.text.typed = true;
                let chooses = matches!(message, sms::Message::Provider(_));
                self.sms.update(message);
                if let Some(chosen) = self.sms.chosen().filter(|_| chooses) {
                    return Asked::Run(focus(chosen));
                }
            }
            Message::AskClear(channel) => {
                let part = self.part(channel);
                part.confirming = true;
                part.told = None;
                part.error = None;
                // Pressing again must not be enough.
                return Asked::Run(Task::batch([focus(panel::keep(channel)), reveal()]));
            }
            Message::Keep(channel) => {
                self.part(channel).confirming = false;
                return Asked::Run(focus(panel::take_away(channel)));
            }
            Message::Save(_) | Message::Clear(_) if self.waiting.is_some() => {}
            Message::Save(channel) => return self.save(channel, session),
            Message::Clear(channel) => return self.clear(channel, session),
            Message::Answered(Ok(settings)) => return self.done(*settings, session),
            Message::Answered(Err(Error::StepUpNeeded)) => {
                return Asked::StepUp;
            }
            Message::Answered(Err(error)) => {
                if let Some((channel, _)) = self.waiting.take() {
                    return self.refused(channel, error);
                }
            }
            Message::Test(channel, message) => {
                let test = &mut self.part(channel).test;
                let asked = test.update(channel, message, session);
                return asked.map(move |message| Message::Test(channel, message));
            }
            Message::Tick => {
                let email = self.email.test.ask(session);
                let text = self.text.test.ask(session);
                return Asked::Run(Task::batch([
                    email.map(|message| Message::Test(Channel::Email, message)),
                    text.map(|message| Message::Test(Channel::Sms, message)),
                ]));
            }
        }
        Asked::nothing()
    }

    fn save(&mut self, channel: Channel, session: &Session) -> Asked<Message> {
        let door = &session.door;
        let task = match channel {
            Channel::Email => self.mail.call().map(|call| door.ask(call)),
            Channel::Sms => self.sms.call().map(|call| door.ask(call)),
        };
        match task {
            Ok(task) => self.ask(channel, Act::Save, task),
            Err(error) => self.refused(channel, error),
        }
    }

    fn clear(&mut self, channel: Channel, session: &Session) -> Asked<Message> {
        let task = session.door.ask(ClearDelivery { channel });
        self.ask(channel, Act::Clear, task)
    }

    fn ask(
        &mut self,
        channel: Channel,
        act: Act,
        task: Task<Result<DeliverySettings, Error>>,
    ) -> Asked<Message> {
        self.waiting = Some((channel, act));
        let part = self.part(channel);
        part.told = None;
        part.error = None;
        part.at = None;
        Asked::Run(task.map(|settings| Message::Answered(settings.map(Box::new))))
    }

    fn done(&mut self, settings: DeliverySettings, session: &Session) -> Asked<Message> {
        self.settings = Some(settings);
        let Some((channel, act)) = self.waiting.take() else {
            return Asked::nothing();
        };
        let part = self.part(channel);
        part.told = Some(act);
        part.confirming = false;
        part.typed = false;
        // It was sent by other settings than these.
        part.test.forget();
        match (act, channel) {
            (Act::Save, Channel::Email) => self.mail.saved(),
            (Act::Save, Channel::Sms) => self.sms.saved(),
            (Act::Clear, Channel::Email) => {
                self.mail = mail::Form::new(&session.me.practice_name);
            }
            (Act::Clear, Channel::Sms) => self.sms = sms::Form::new(),
        }
        match act {
            // What is told now has moved what has the focus.
            Act::Save => Asked::Run(reveal()),
            // The button that was pressed is gone.
            Act::Clear => Asked::Run(Task::batch([focus(first(channel)), reveal()])),
        }
    }

    fn refused(&mut self, channel: Channel, error: Error) -> Asked<Message> {
        if let Some(ended) = Asked::unless_ended(&error) {
            return ended;
        }
        let at = match channel {
            Channel::Email => mail::field_of(&error),
            Channel::Sms => self.sms.field_of(&error),
        };
        let part = self.part(channel);
        part.error = Some(error);
        part.at.clone_from(&at);
        Asked::Run(at.map_or_else(reveal, focus_wrong))
    }

    /// Goes on after a step-up.
    pub(super) fn again(&mut self, session: &Session) -> Task<Message> {
        let asked = match self.waiting.take() {
            Some((channel, Act::Save)) => self.save(channel, session),
            Some((channel, Act::Clear)) => self.clear(channel, session),
            None => Asked::nothing(),
        };
        match asked {
            Asked::Run(task) => task,
            _ => Task::none(),
        }
    }

    /// The step-up was given up.
    pub(super) fn not_again(&mut self) {
        self.waiting = None;
    }
}

fn load(session: &Session) -> Task<Message> {
    let settings = session.door.ask(Deliveries {});
    settings.map(|settings| Message::Loaded(settings.map(Box::new)))
}

/// The first field of a form.
fn first(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => mail::HOST,
        Channel::Sms => sms::FIRST,
    }
}
