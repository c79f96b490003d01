//! A test message: sent to oneself, and how far it has come.

use iced::widget::{column, container, row};
use iced::{Alignment, Length, Task, padding};

use crate::api::{Error, Field, Line, TestDelivery, TestNow, TestSent};
use crate::domain::Channel;
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::home::Asked;
use crate::gui::screen::focus_wrong;
use crate::gui::sending;
use crate::gui::theme::{self, space};
use crate::gui::widget::{Element, button, field, muted, note, reveal, strong};
use crate::gui::words::t;

const MOBILE: &str = "delivery-test-mobile";

/// For how many seconds a report is looked out for, of providers that send some: ours. Most come
/// within a few, and whoever tests a gateway does not look at it for longer.
const REPORTS: u8 = 60;

/// What was typed, and the message that was sent last.
#[derive(Debug, Default)]
pub(super) struct State {
    mobile: String,
    sent: Option<TestSent>,
    busy: bool,
    /// How far it has come is being asked: a slow answer is waited for.
    asking: bool,
    /// How often it is still asked whether a message that was handed over has arrived.
    reports: u8,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The number was changed.
    MobileTyped(String),
    /// **Send a test**.
    Send,
    /// It is queued, or not.
    Sent(Result<TestSent, Error>),
    /// How far the message with this name has come.
    Now(String, Result<Line, Error>),
}

impl State {
    /// Whether the line still changes.
    pub(super) fn changes(&self) -> bool {
        self.on_its_way().is_some()
    }

    fn on_its_way(&self) -> Option<&str> {
        let sent = self.sent.as_ref()?;
        let changes = match sent.line {
            Line::Queued | Line::Again { .. } => true,
            Line::HandedOver { .. } => self.reports > 0,
            _ => false,
        };
        sent.id.as_deref().filter(|_| changes)
    }

    /// Forgets the message, not the number.
    pub(super) fn forget(&mut self) {
        self.sent = None;
        self.error = None;
    }

    /// Asks how far it has come.
    pub(super) fn ask(&mut self, session: &Session) -> Task<Message> {
        let Some(id) = self.on_its_way().filter(|_| !self.asking) else {
            return Task::none();
        };
        let (id, name) = (id.to_owned(), id.to_owned());
        self.asking = true;
        session
            .door
            .ask(TestNow { id })
            .map(move |line| Message::Now(name.clone(), line))
    }

    /// Takes a message in.
    pub(super) fn update(
        &mut self,
        channel: Channel,
        message: Message,
        session: &Session,
    ) -> Asked<Message> {
        match message {
            Message::MobileTyped(mobile) => self.mobile = mobile,
            Message::Send if self.busy => {}
            Message::Send => {
                self.busy = true;
                self.forget();
                let mobile = (channel == Channel::Sms).then(|| self.mobile.clone());
                let call = TestDelivery { channel, mobile };
                return Asked::Run(session.door.ask(call).map(Message::Sent));
            }
            Message::Sent(Ok(sent)) => {
                self.busy = false;
                self.sent = Some(sent);
                self.reports = match channel {
                    Channel::Email => 0,
                    Channel::Sms => REPORTS,
                };
                return Asked::Run(reveal());
            }
            Message::Sent(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                let about_field = faults::of_field(Some(&error), Field::Mobile).is_some();
                self.error = Some(error);
                if about_field {
                    return Asked::Run(focus_wrong(MOBILE));
                }
            }
            Message::Now(id, line) => {
                self.asking = false;
                if matches!(line, Ok(Line::HandedOver { .. })) {
                    self.reports = self.reports.saturating_sub(1);
                }
                if let Err(error) = &line
                    && let Some(ended) = Asked::unless_ended(error)
                {
                    return ended;
                }
                // Whatever else stands in the way: it is asked again in a second.
                if let (Some(sent), Ok(line)) = (&mut self.sent, line)
                    && sent.id.as_deref() == Some(id.as_str())
                {
                    sent.line = line;
                }
            }
        }
        Asked::nothing()
    }

    /// Draws it.
    pub(super) fn view<'a>(
        &'a self,
        channel: Channel,
        session: &'a Session,
    ) -> Element<'a, Message> {
        let about_field = faults::of_field(self.error.as_ref(), Field::Mobile);
        let fault = self
            .error
            .as_ref()
            .filter(|_| about_field.is_none())
            .map(faults::notice);
        let send = button(t("delivery-test-send"))
            .busy(self.busy)
            .on_press(Message::Send);
        let asked: Element<'_, Message> = match channel {
            Channel::Email => row![
                column![
                    strong(t("delivery-test")),
                    muted(t!("delivery-test-email", to = session.me.email.as_str())),
                ]
                .spacing(2)
                .width(Length::Fill),
                send,
            ]
            .spacing(space::L)
            .align_y(Alignment::Center)
            .into(),
            Channel::Sms => column![
                column![strong(t("delivery-test")), muted(t("delivery-test-sms"))].spacing(2),
                row![
                    field(
                        t("delivery-test-mobile"),
                        self.mobile.as_str(),
                        Message::MobileTyped
                    )
                    .id(MOBILE)
                    .placeholder("0491 570 156")
                    .error(about_field)
                    .on_submit(Message::Send),
                    // Beside the box, not beside its label.
                    container(send).padding(padding::top(theme::BODY.line + space::S - 2.0)),
                ]
                .spacing(space::L),
            ]
            .spacing(space::M)
            .into(),
        };
        let line = self.sent.as_ref().map(|sent| {
            let (icon, tone, words) = sending::of(&sent.line, &session.me.time_zone);
            let words = t!("delivery-test-line", to = sent.to.as_str(), line = words);
            note(icon, words, tone)
        });
        column![asked]
            .push(fault)
            .push(line)
            .spacing(space::M)
            .into()
    }
}
