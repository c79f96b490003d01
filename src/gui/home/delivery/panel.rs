//! What both panels are made of: how it stands, the form, what there is to say, the buttons.

use iced::widget::{column, container, row};
use iced::{Alignment, Length, padding};

use super::{Act, Message, Part, State};
use crate::api::{Configured, DeliverySettings};
use crate::domain::Channel;
use crate::gui::door::Session;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Tone, awaited, button, failed, heading, notice, page, panel, ruler, subtitle,
};
use crate::gui::words::t;
use crate::gui::{faults, when};

/// The narrowest window in which fields stand side by side.
const WIDE: f32 = 860.0;

impl State {
    /// Draws it in a window of this width.
    pub(in crate::gui::home) fn view<'a>(
        &'a self,
        session: &'a Session,
        width: f32,
    ) -> Element<'a, Message> {
        let again = |error| failed(faults::sentence(error), t("try-again"), Message::TryAgain);
        let fault = self.error.as_ref().map(again);
        let panels = match &self.settings {
            Some(settings) => column![
                self.email(settings, session, width >= WIDE),
                self.text(settings, session, width >= WIDE),
            ],
            None => awaited(),
        };
        page(
            t("delivery"),
            session.me.practice_name.as_str(),
            fault,
            panels,
        )
    }

    fn email<'a>(
        &'a self,
        settings: &'a DeliverySettings,
        session: &'a Session,
        wide: bool,
    ) -> Element<'a, Message> {
        let set = settings.mail.as_ref();
        let server = set.map(|it| format!("{}:{}", it.settings.host, it.settings.port));
        let clears = server.as_ref().filter(|_| self.mail.clears_secret(set));
        Panel {
            channel: Channel::Email,
            part: &self.email,
            name: t("email"),
            stands: stands(set, server.as_deref(), session)
                .unwrap_or_else(|| t("delivery-email-unset")),
            is_set: set.is_some(),
            may_save: true,
            form: self.mail.view(&self.email, set, wide),
            clears: clears.map(|server| t!("delivery-clears-password", server = server.as_str())),
            confirm: t("delivery-email-confirm"),
            session,
        }
        .view(self.waiting)
    }

    fn text<'a>(
        &'a self,
        settings: &'a DeliverySettings,
        session: &'a Session,
        wide: bool,
    ) -> Element<'a, Message> {
        let set = settings.sms.as_ref();
        let server = set.map(|it| it.settings.known_as());
        let clears = server.as_ref().filter(|_| self.sms.clears_secret(set));
        Panel {
            channel: Channel::Sms,
            part: &self.text,
            name: t("delivery-sms"),
            stands: stands(set, server.as_deref(), session)
                .unwrap_or_else(|| t("delivery-sms-unset")),
            is_set: set.is_some(),
            may_save: self.sms.is_chosen(),
            form: self.sms.view(&self.text, set, wide),
            clears: clears.map(|server| t!("delivery-clears-secret", server = server.as_str())),
            confirm: t("delivery-sms-confirm"),
            session,
        }
        .view(self.waiting)
    }
}

/// One way of sending.
struct Panel<'a> {
    channel: Channel,
    part: &'a Part,
    name: String,
    stands: String,
    is_set: bool,
    /// Whether there is a form to be saved.
    may_save: bool,
    form: Element<'a, Message>,
    /// That saving clears the kept secret.
    clears: Option<String>,
    /// What taking it away means.
    confirm: String,
    session: &'a Session,
}

impl<'a> Panel<'a> {
    fn view(self, waiting: Option<(Channel, Act)>) -> Element<'a, Message> {
        let channel = self.channel;
        let busy = |act| waiting == Some((channel, act));
        let head = column![heading(self.name.clone()), subtitle(self.stands)].spacing(2);
        let mut said = Vec::new();
        if let Some(clears) = self.clears {
            said.push(notice(Tone::Warning, "", clears));
        }
        if let Some(error) = self.part.error.as_ref().filter(|_| self.part.at.is_none()) {
            said.push(faults::notice(error));
        }
        if let Some(act) = self.part.told {
            let words = match act {
                Act::Save => t("delivery-saved"),
                Act::Clear => t("delivery-cleared"),
            };
            said.push(notice(Tone::Enabled, words, ""));
        }
        let buttons = if self.part.confirming {
            said.push(notice(Tone::Warning, "", self.confirm));
            row![
                container(
                    button(t("delivery-keep"))
                        .id(keep(channel))
                        .on_press(Message::Keep(channel))
                )
                .width(Length::Fill),
                button(t("delivery-take-away"))
                    .danger()
                    .busy(busy(Act::Clear))
                    .on_press(Message::Clear(channel)),
            ]
        } else {
            let take_away = self.is_set.then(|| {
                button(t("delivery-take-away"))
                    .danger()
                    .id(take_away(channel))
                    .description(self.name.clone())
                    .on_press(Message::AskClear(channel))
            });
            row![
                container(take_away.map_or_else(|| iced::widget::space().into(), Element::from))
                    .width(Length::Fill),
            ]
            .push(self.may_save.then(|| {
                button(t("save"))
                    .primary()
                    .description(self.name)
                    .busy(busy(Act::Save))
                    .on_press(Message::Save(channel))
            }))
        };
        let test = self.is_set.then(|| {
            let test = self.part.test.view(channel, self.session);
            let test = test.map(move |message| Message::Test(channel, message));
            column![ruler(), test].spacing(space::L)
        });
        // The parts keep their places, so that what has the focus keeps it as notices come and
        // go; the air above each is its own.
        panel(
            column![
                head,
                below(self.form),
                iced::widget::column(said.into_iter().map(below)),
                below(buttons.align_y(Alignment::Center)),
            ]
            .push(test.map(below)),
        )
    }
}

fn below<'a>(part: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    container(part).padding(padding::top(space::L)).into()
}

/// The id of **Keep it**.
pub(super) fn keep(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "delivery-mail-keep",
        Channel::Sms => "delivery-sms-keep",
    }
}

/// The id of **Remove**.
pub(super) fn take_away(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "delivery-mail-take-away",
        Channel::Sms => "delivery-sms-take-away",
    }
}

/// How it is set, by whom and since when; none if it is not.
fn stands<S>(
    set: Option<&Configured<S>>,
    server: Option<&str>,
    session: &Session,
) -> Option<String> {
    let (set, server) = (set?, server?);
    let when = when::day(set.since, &session.me.time_zone);
    Some(match &set.by {
        Some(by) => t!(
            "delivery-set",
            server = server,
            by = by.as_str(),
            when = when
        ),
        None => t!("delivery-set-unnamed", server = server, when = when),
    })
}

/// Things side by side where the window is wide, one above the other where it is not.
pub(super) fn side_by_side(wide: bool, things: Vec<Element<'_, Message>>) -> Element<'_, Message> {
    if wide {
        row(things).spacing(space::M).into()
    } else {
        iced::widget::column(things).spacing(space::M).into()
    }
}

/// An optional line: nothing if there is nothing on it.
pub(super) fn said(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}
