//! How a status looks: icon, word and colour together, and the sentence that goes with it.

use super::when;
use super::widget::{Element, Icon, Tone, badge, radio_card};
use super::words::t;
pub(crate) use super::words::{method, role};
use crate::api::{Me, StatusFacts};
use crate::domain::{Role, Status, Timestamp};

/// Its icon, word and tone.
pub fn look(status: Status) -> (Icon, String, Tone) {
    match status {
        Status::Enabled => (Icon::ShieldCheck, t("status-enabled"), Tone::Enabled),
        Status::Pending => (Icon::Hourglass, t("status-pending"), Tone::Info),
        Status::Activated => (Icon::BellRing, t("status-activated"), Tone::Warning),
        Status::NotSetup => (Icon::CircleDashed, t("status-not-setup"), Tone::Neutral),
    }
}

/// Its badge.
pub fn of<'a, M: Clone + 'a>(status: Status) -> Element<'a, M> {
    let (icon, word, tone) = look(status);
    badge(icon, word, tone)
}

/// What one's own status means, who must act next, and by when.
pub fn own_sentence(facts: &StatusFacts, me: &Me, now: Timestamp) -> String {
    with_due(own_status(facts, me, now), facts, me, now, |when| {
        t!("own-due-from", when = when)
    })
}

/// What a status means, with the time from which a set-up is due, where that lies ahead.
pub fn with_due(
    status: String,
    facts: &StatusFacts,
    me: &Me,
    now: Timestamp,
    told: impl Fn(String) -> String,
) -> String {
    let waits = facts.status != Status::Enabled;
    match facts.due_from.filter(|due| waits && *due > now) {
        Some(due) => {
            let when = when::moment(due, &me.time_zone);
            format!("{status} {}", told(when))
        }
        None => status,
    }
}

fn own_status(facts: &StatusFacts, me: &Me, now: Timestamp) -> String {
    match facts.status {
        Status::NotSetup => t("own-not-setup"),
        Status::Pending => t("own-pending"),
        Status::Activated => match &facts.turned_on_by {
            Some(by) if *by != me.name => t!(
                "own-activated-by",
                by = by.as_str(),
                when = since(facts, me, now)
            ),
            Some(_) => t("own-activated"),
            None => t("own-activated-rule"),
        },
        Status::Enabled => match facts.methods.first() {
            Some(method) => t!(
                "own-enabled",
                method = self::method(method.kind),
                when = when::day(method.proven, &me.time_zone)
            ),
            None => String::new(),
        },
    }
}

fn since(facts: &StatusFacts, me: &Me, now: Timestamp) -> String {
    facts
        .since
        .map(|since| when::ago(since, now, &me.time_zone))
        .unwrap_or_default()
}

/// The roles to choose from, each with what it means; `first` is the id of the chosen one.
pub fn roles<'a, M: Clone + 'a>(
    chosen: Role,
    first: &'static str,
    choose: impl Fn(Role) -> M,
) -> Vec<Element<'a, M>> {
    let card = |of: &Role| {
        let about = match of {
            Role::FullAccess => t("role-full-access-body"),
            Role::Practitioner | Role::Reception => t("role-own-body"),
        };
        let card = radio_card(None, role(*of), about, chosen == *of, choose(*of));
        if chosen == *of {
            card.id(first).into()
        } else {
            card.into()
        }
    };
    Role::ALL.iter().map(card).collect()
}
