//! A code that was sent: where to, how far it has come, how long it is good, once more.

use iced::widget::{container, row};
use iced::{Alignment, Length};

use super::theme::space;
use super::widget::{Element, Icon, Tone, button, muted, note};
use super::words::{not_sent, t};
use super::{faults, when};
use crate::api::{Line, SentCode};
use crate::domain::{MethodKind, NotDelivered, Timestamp};

/// The icon of a method.
pub fn icon(kind: MethodKind) -> Icon {
    match kind {
        MethodKind::Authenticator => Icon::Smartphone,
        MethodKind::Email => Icon::Mail,
        MethodKind::Sms => Icon::MessageSquare,
    }
}

/// Where the code went.
pub fn where_to(kind: MethodKind, sent: Option<&SentCode>) -> String {
    match (kind, sent) {
        (MethodKind::Sms, Some(sent)) => t!("code-by-sms", to = sent.to.as_str()),
        (MethodKind::Email, Some(sent)) => t!("code-by-email", to = sent.to.as_str()),
        _ => t("code-from-app"),
    }
}

/// The delivery line, and how long the code is good.
pub fn line<'a, M: 'a>(sent: &SentCode, now: Timestamp) -> Element<'a, M> {
    let (icon, tone, words) = told(sent, now);
    let left = sent.ends.filter(|ends| now < *ends).map(|ends| {
        let left = muted(t!("code-left", time = when::left(ends, now)));
        left.wrapping(iced::widget::text::Wrapping::None)
    });
    row![container(note(icon, words, tone)).width(Length::Fill)]
        .push(left)
        .spacing(space::S)
        .width(Length::Fill)
        .into()
}

fn told(sent: &SentCode, now: Timestamp) -> (Icon, Tone, String) {
    match &sent.line {
        Line::Failed { why } => (
            Icon::TriangleAlert,
            Tone::Error,
            format!("{} {}", not_sent(*why), t("sending-another-way")),
        ),
        Line::NotDelivered { why } => (
            Icon::TriangleAlert,
            Tone::Error,
            format!("{} {}", not_delivered(*why), t("sending-another-way")),
        ),
        Line::Queued | Line::HandedOver { .. } | Line::Delivered { .. }
            if sent.ends.is_none_or(|ends| ends <= now) =>
        {
            (Icon::Hourglass, Tone::Warning, t("sending-ended"))
        }
        line => look(line, None),
    }
}

/// How far a message has come, on the practice's clock.
pub fn of(line: &Line, zone: &str) -> (Icon, Tone, String) {
    look(line, Some(zone))
}

/// The same; before the sign-in is completed, by this computer's clock.
fn look(line: &Line, zone: Option<&str>) -> (Icon, Tone, String) {
    let time =
        |at: Timestamp| zone.map_or_else(|| faults::minute(at), |zone| when::minute(at, zone));
    match line {
        Line::NotConfigured => (
            Icon::TriangleAlert,
            Tone::Error,
            t("sending-not-configured"),
        ),
        Line::TooMany { until } => (
            Icon::TriangleAlert,
            Tone::Warning,
            t!("sending-too-many", time = time(*until)),
        ),
        Line::Failed { why } => (Icon::TriangleAlert, Tone::Error, not_sent(*why)),
        Line::Again { why, .. } => (
            Icon::TriangleAlert,
            Tone::Warning,
            format!("{} {}", not_sent(*why), t("sending-goes-on")),
        ),
        Line::NotDelivered { why } => (Icon::TriangleAlert, Tone::Error, not_delivered(*why)),
        Line::Delivered { at } => (
            Icon::Check,
            Tone::Enabled,
            t!("sending-delivered", time = time(*at)),
        ),
        Line::Dropped => (Icon::TriangleAlert, Tone::Error, t("sending-dropped")),
        Line::Queued => (Icon::Hourglass, Tone::Info, t("sending-queued")),
        Line::HandedOver { at } => (
            Icon::Check,
            Tone::Enabled,
            t!("sending-handed-over", time = time(*at)),
        ),
    }
}

/// Why a message that the provider had taken has not arrived.
fn not_delivered(why: NotDelivered) -> String {
    match why {
        NotDelivered::OutOfReach => t("not-delivered-out-of-reach"),
        NotDelivered::NoSuchNumber => t("not-delivered-no-such-number"),
        NotDelivered::Blocked => t("not-delivered-blocked"),
        NotDelivered::Unknown => t("not-delivered-unknown"),
    }
}

/// **Send again**, or how long until then.
pub fn again<'a, M: Clone + 'a>(
    sent: &SentCode,
    now: Timestamp,
    busy: bool,
    message: M,
) -> Element<'a, M> {
    if now < sent.again {
        let time = when::left(sent.again, now);
        return row![
            super::widget::icon(Icon::RefreshCw, super::theme::size::ICON_SMALL),
            muted(t!("send-again-in", time = time))
        ]
        .spacing(space::S)
        .align_y(Alignment::Center)
        .into();
    }
    button(t("send-again"))
        .link()
        .icon(Icon::RefreshCw)
        .busy(busy)
        .on_press(message)
        .into()
}
