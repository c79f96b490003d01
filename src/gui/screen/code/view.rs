//! How the code screen looks: the form, and what lies over it.

use iced::widget::{column, row, space as gap};
use iced::{Alignment, Length};

use super::{CODE, LEAVE, Message, Over, RECOVERY, State, ways};
use crate::api::{Field, Secret};
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, brand, button, card, centred, code_field, field, layers, subtitle, title,
};
use crate::gui::words::t;
use crate::gui::{faults, sending};

impl State {
    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let card = card(self.form(), size::CARD);
        let whole = centred(
            column![
                brand(),
                card,
                button(t("sign-in-as-other"))
                    .link()
                    .id(LEAVE)
                    .icon(Icon::ArrowLeft)
                    .on_press(Message::Leave),
            ]
            .spacing(space::XL)
            .align_x(Alignment::Center),
        );
        let dialog = self.over.as_ref().map(|over| match over {
            Over::Ways => ways::dialog_of(&self.challenge, self.recovery.is_some()),
            Over::Desk(desk) => desk.view().map(Message::Desk),
            Over::ReadOut(read_out) => read_out.view().map(Message::ReadOut),
        });
        layers(whole, dialog)
    }

    fn form(&self) -> Element<'_, Message> {
        let (head, about) = match self.recovery {
            Some(_) => (t("recovery-code-title"), t("recovery-code-body")),
            None => (
                t("code-title"),
                sending::where_to(self.challenge.method, self.challenge.sent.as_ref()),
            ),
        };
        let sent = self
            .challenge
            .sent
            .as_ref()
            .filter(|_| self.recovery.is_none());
        let now = self.door.now();
        let line = sent.map(|sent| sending::line(sent, now));
        // What is said under the field is not said twice.
        let said = faults::of_field(self.error.as_ref(), Field::RecoveryCode).is_some();
        let fault = self.error.as_ref().filter(|_| !said).map(|error| {
            ways::fault(
                error,
                self.challenge.method,
                self.recovery.is_some(),
                self.wrong,
            )
        });
        if self.challenge.barred && self.recovery.is_none() {
            return column![title(head), ways::barred(self.challenge.recovery)]
                .spacing(space::L)
                .into();
        }
        column![column![title(head), subtitle(about)].spacing(space::XS)]
            .push(
                self.challenge
                    .barred
                    .then(|| ways::barred(self.challenge.recovery)),
            )
            .push(column![self.field()].push(line).spacing(space::S))
            .push(
                ways::remember(&self.challenge, self.remember).filter(|_| self.recovery.is_none()),
            )
            .push(fault)
            .push(
                button(t("submit"))
                    .primary()
                    .width(Length::Fill)
                    .busy(self.waits())
                    .on_press(Message::Submit),
            )
            .push(self.foot())
            .spacing(space::L)
            .into()
    }

    fn field(&self) -> Element<'_, Message> {
        let invalid = self.error.as_ref().is_some_and(ways::is_of_the_code);
        match &self.recovery {
            Some(typed) => field(t("recovery-code-label"), typed.expose(), |typed| {
                Message::RecoveryTyped(Secret::new(typed))
            })
            .mono()
            .id(RECOVERY)
            .invalid(invalid)
            .error(faults::of_field(self.error.as_ref(), Field::RecoveryCode))
            .on_submit(Message::Submit)
            .into(),
            None => code_field(t("code-label"), self.typed.expose(), |typed| {
                Message::Typed(Secret::new(typed))
            })
            .id(CODE)
            .invalid(invalid)
            .on_submit(Message::Submit)
            .into(),
        }
    }

    fn foot(&self) -> Element<'_, Message> {
        let now = self.door.now();
        let start = match &self.challenge.sent {
            Some(sent) if self.recovery.is_none() => {
                sending::again(sent, now, self.sending, Message::SendAgain)
            }
            _ => subtitle(t!("code-until", time = faults::minute(self.challenge.ends))).into(),
        };
        // Somebody at the desk can always help.
        let other = button(t("try-another-way"))
            .link()
            .on_press(Message::OpenWays);
        row![start, gap::horizontal(), other]
            .align_y(Alignment::Center)
            .into()
    }
}
