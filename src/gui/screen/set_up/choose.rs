//! The choice of a method, each with what it needs or what stands in its way.

use iced::widget::column;

use super::{EMAIL, FIRST_METHOD, MOBILE, Message, State};
use crate::api::{Error, Field, Hindrance};
use crate::domain::MethodKind;
use crate::gui::theme::space;
use crate::gui::widget::{Element, checkbox, failed, field, radio_card};
use crate::gui::words::t;
use crate::gui::{faults, sending, status};

impl State {
    pub(super) fn choose(&self) -> Element<'_, Message> {
        column![
            self.choice(
                MethodKind::Authenticator,
                t("method-authenticator-body"),
                None
            ),
            self.choice(MethodKind::Sms, t("method-sms-body"), Some(self.mobile())),
            self.choice(
                MethodKind::Email,
                t("method-email-body"),
                Some(self.email())
            ),
        ]
        .push(self.in_place())
        .push(self.not_loaded.as_ref().map(again))
        .spacing(space::S)
        .into()
    }

    /// Asks what becomes of the method that there is, where one of another kind is chosen.
    fn in_place(&self) -> Option<Element<'_, Message>> {
        let old = self.in_place.gives_way(self.chosen)?;
        let words = t!("set-up-in-place", method = status::method(old));
        Some(checkbox(words, self.in_place.wanted, Message::InPlace).into())
    }

    fn choice<'a>(
        &'a self,
        kind: MethodKind,
        about: String,
        needs: Option<Element<'a, Message>>,
    ) -> Element<'a, Message> {
        let chosen = self.chosen == kind;
        let card = radio_card(
            sending::icon(kind),
            status::method(kind),
            about,
            chosen,
            Message::Chosen(kind),
        )
        .disabled(self.hindrance(kind))
        .body_maybe(needs.filter(|_| chosen));
        match kind {
            MethodKind::Authenticator => card.id(FIRST_METHOD).into(),
            _ => card.into(),
        }
    }

    /// What stands in the way of a method, and who can do something about it.
    fn hindrance(&self, kind: MethodKind) -> Option<String> {
        let known = self.choices.as_ref();
        let Some(choices) = known else {
            return kind.channel().map(|_| t("loading"));
        };
        let hindrance = choices
            .iter()
            .find(|choice| choice.kind == kind)
            .and_then(|choice| choice.hindrance)?;
        Some(match (hindrance, kind) {
            (Hindrance::NotConfigured, MethodKind::Sms) => t("method-sms-off"),
            (Hindrance::NotConfigured, _) => t("method-email-off"),
            (Hindrance::NotForFullAccess, _) => t("method-not-for-full-access"),
            (Hindrance::NotAllowed, _) => t("refused-method"),
        })
    }

    fn email(&self) -> Element<'_, Message> {
        field(t("set-up-email"), self.email.as_str(), Message::EmailTyped)
            .id(EMAIL)
            .error(faults::of_field(self.error.as_ref(), Field::Email))
            .on_submit(Message::Validate)
            .into()
    }

    fn mobile(&self) -> Element<'_, Message> {
        field(
            t("set-up-mobile"),
            self.mobile.as_str(),
            Message::MobileTyped,
        )
        .id(MOBILE)
        .placeholder("0491 570 156")
        .error(faults::of_field(self.error.as_ref(), Field::Mobile))
        .on_submit(Message::Validate)
        .into()
    }
}

fn again<'a>(error: &Error) -> Element<'a, Message> {
    failed(faults::sentence(error), t("try-again"), Message::TryAgain)
}
