//! What an Enabled person can do: each method, another one, the recovery codes, turn off.

use iced::widget::{column, row};
use iced::{Alignment, Length};

use super::{KEEP, Message, State};
use crate::api::{Method, StatusFacts};
use crate::domain::MethodKind;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, option_row};
use crate::gui::words::t;
use crate::gui::{faults, sending, status};

impl State {
    pub(super) fn enabled<'a>(&'a self, facts: &'a StatusFacts) -> Element<'a, Message> {
        let several = facts.methods.len() > 1;
        let methods = facts
            .methods
            .iter()
            .map(|method| self.method(method, several));
        let only_app = matches!(
            facts.methods[..],
            [Method {
                kind: MethodKind::Authenticator,
                ..
            }]
        );
        let (another, about) = if only_app {
            (t("new-phone"), t("new-phone-body"))
        } else {
            (t("another-method"), t("another-method-body"))
        };
        column(methods)
            .push(option_row(
                Icon::Smartphone,
                another,
                about,
                button(t("set-up")).in_row().on_press(Message::Replace),
            ))
            .push(option_row(
                Icon::KeyRound,
                t("recovery-codes"),
                match facts.recovery_left {
                    Some(left) => t!("recovery-left", count = left),
                    None => t("recovery-none"),
                },
                button(t("recovery-codes-make"))
                    .in_row()
                    .on_press(Message::MakeCodes),
            ))
            .push(self.turning_off(facts))
            .spacing(space::S)
            .width(Length::Fill)
            .into()
    }

    /// One of the methods. A single authenticator needs no row of its own.
    fn method<'a>(&'a self, method: &'a Method, several: bool) -> Element<'a, Message> {
        let kind = method.kind;
        let first = t("method-asked-first");
        let about = match (&method.to, method.preferred && several) {
            (Some(to), true) => format!("{to}, {first}"),
            (Some(to), false) => to.clone(),
            (None, true) => first,
            (None, false) => t("method-in-use"),
        };
        let prefer = (several && !method.preferred).then(|| {
            button(t("prefer-method"))
                .in_row()
                .busy(self.busy)
                .on_press(Message::Prefer(kind))
        });
        let remove = several.then(|| {
            button(t("remove-method"))
                .danger()
                .in_row()
                .busy(self.busy)
                .on_press(Message::Remove(kind))
        });
        let end = row![].push(prefer).push(remove).spacing(space::S);
        option_row(sending::icon(kind), status::method(kind), about, end)
    }

    fn turning_off<'a>(&'a self, facts: &'a StatusFacts) -> Element<'a, Message> {
        let off: Element<'_, Message> = match facts.keeps_on {
            Some(_) => iced::widget::space().into(),
            None if self.confirming => column![
                button(t("keep-on"))
                    .in_row()
                    .id(KEEP)
                    .on_press(Message::Keep),
                button(t("turn-off-certain"))
                    .danger()
                    .in_row()
                    .busy(self.busy)
                    .on_press(Message::TurnOff),
            ]
            .spacing(space::S)
            .align_x(Alignment::End)
            .into(),
            None => button(t("turn-off"))
                .danger()
                .in_row()
                .on_press(Message::AskTurnOff)
                .into(),
        };
        let off_words = match facts.keeps_on {
            Some(why) => faults::not_allowed(why),
            None if self.confirming => t("turn-off-confirm"),
            None => t("turn-off-body"),
        };
        option_row(Icon::Power, t("two-factor-on"), off_words, off)
    }
}
