//! The Users table: its columns and a person's row.

use iced::widget::{Id, column, container, row, space as gap};
use iced::{Alignment, Length};

use super::Message;
use super::selection::Selection;
use crate::api::{Counts, PeoplePage, Person, Sort as Order, SortBy};
use crate::domain::Status;
use crate::gui::door::Session;
use crate::gui::home::pager;
use crate::gui::theme::{Theme, size, space};
use crate::gui::widget::{
    Column, Element, Icon, Row, Sort, Tone, avatar, body, button, heading, icon_button, muted,
    note, stat_card, strong, subtitle,
};
use crate::gui::words::t;
use crate::gui::{status, when};

/// Below this width of the window the table drops the method, then the last sign-in, then the
/// role.
const WITH_METHOD: f32 = 1160.0;
const WITH_LAST_SIGN_IN: f32 = 1020.0;
pub(super) const WITH_ROLE: f32 = 880.0;

/// The columns that fit a window of this width.
pub(super) fn columns<'a>(
    page: &PeoplePage,
    order: Order,
    ticks: Option<&Selection>,
    width: f32,
) -> Vec<Column<'a, Message>> {
    let sort = |by: SortBy| {
        (order.by == by).then_some(if order.descending {
            Sort::Descending
        } else {
            Sort::Ascending
        })
    };
    let head = |name: String, width: Length, by: SortBy| {
        Column::sorted(name, width, sort(by), Message::Sorted(by))
    };
    let mut columns: Vec<_> = ticks.map(|ticks| ticks.column(page)).into_iter().collect();
    columns.push(head(t("name"), Length::FillPortion(5), SortBy::Name));
    if width >= WITH_ROLE {
        columns.push(head(t("role"), Length::FillPortion(2), SortBy::Role));
    }
    columns.push(head(
        t("two-factor"),
        Length::FillPortion(3),
        SortBy::Status,
    ));
    if width >= WITH_METHOD {
        columns.push(head(t("method"), Length::FillPortion(3), SortBy::Method));
    }
    if width >= WITH_LAST_SIGN_IN {
        columns.push(head(
            t("last-sign-in"),
            Length::FillPortion(2),
            SortBy::LastSignIn,
        ));
    }
    columns.push(Column::with(gap(), Length::Fixed(size::CONTROL)));
    columns
}

/// The counts of the statuses, which filter when pressed.
pub(super) fn counts<'a>(
    counts: Counts,
    chosen: Option<Status>,
    width: f32,
) -> Element<'a, Message> {
    let card = |count: u64, filter: Option<Status>| -> Element<'a, Message> {
        let (icon, word, tone) = match filter {
            Some(filter) => {
                let (icon, word, tone) = status::look(filter);
                (Some(icon), word, tone)
            }
            None => (None, t("all"), Tone::Neutral),
        };
        let press = Message::Filtered(filter);
        stat_card(count.to_string(), icon, word, tone, chosen == filter, press).into()
    };
    let cards = [
        card(counts.all(), None),
        card(counts.enabled, Some(Status::Enabled)),
        card(counts.pending, Some(Status::Pending)),
        card(counts.activated, Some(Status::Activated)),
        card(counts.not_setup, Some(Status::NotSetup)),
    ];
    // In two lines where their words would not fit into one.
    let in_line = if width < WITH_ROLE { 3 } else { cards.len() };
    let mut cards = cards.into_iter().peekable();
    let mut lines = column![].spacing(space::M);
    while cards.peek().is_some() {
        lines = lines.push(row(cards.by_ref().take(in_line)).spacing(space::M));
    }
    lines.into()
}

/// The id of a person's cog.
pub(super) fn cog(user: &str) -> Id {
    Id::from(format!("cog-{user}"))
}

/// A person's row.
pub(super) fn person_row<'a>(
    person: &'a Person,
    session: &'a Session,
    ticks: Option<&Selection>,
    width: f32,
) -> Row<'a, Message> {
    let (me, now) = (&session.me, session.door.now());
    let zone = me.time_zone.as_str();
    let name = row![
        avatar(&person.name, 32.0),
        column![
            one_line(strong(person.name.as_str())),
            one_line(muted(person.email.as_str()))
        ]
    ]
    .spacing(space::S)
    .align_y(Alignment::Center);
    let tick = ticks.map(|ticks| ticks.cell(&person.user, &person.name));
    let mut cells: Vec<Element<'a, Message>> = tick.into_iter().collect();
    cells.push(container(name).clip(true).into());
    if width >= WITH_ROLE {
        let term = when::term(&person.term, session).map(|term| one_line(muted(term)));
        cells.push(
            column![one_line(body(status::role(person.role)))]
                .push(term)
                .into(),
        );
    }
    // Whoever is stopped must act before anything else, and so must a colleague.
    let act: Option<Element<'a, Message>> = match person.stopped {
        true => Some(note(Icon::CircleAlert, t("row-stopped"), Tone::Error)),
        false => act(person, session).map(|words| one_line(muted(words)).into()),
    };
    cells.push(
        column![status::of(person.status)]
            .push(act)
            .spacing(2)
            .into(),
    );
    if width >= WITH_METHOD {
        let method = person.method.map(status::method);
        cells.push(one_line(body(method.unwrap_or_else(|| "—".into()))).into());
    }
    if width >= WITH_LAST_SIGN_IN {
        let last = person.last_sign_in.map(|last| when::short(last, now, zone));
        cells.push(one_line(subtitle(last.unwrap_or_else(|| "—".into()))).into());
    }
    cells.push(
        icon_button(Icon::Settings, t!("cog", name = person.name.as_str()))
            .id(cog(person.user.as_str()))
            .on_press(Message::Open(Box::new(person.clone())))
            .into(),
    );
    let ticked = ticks.is_some_and(|ticks| ticks.has(&person.user));
    Row::new(person.name.clone(), cells).selected(ticked)
}

/// What stands above those who do not work here now.
pub(super) fn away<'a>() -> Element<'a, Message> {
    let words = column![heading(t("away-title")), subtitle(t("away-body"))];
    row![
        words.width(Length::Fill),
        button(t("show-everyone"))
            .tool()
            .on_press(Message::Everyone)
    ]
    .align_y(Alignment::Center)
    .into()
}

/// Which people they are, so many pages after the first; the ways to others, and to those who do not
/// work here now.
pub(super) fn foot<'a>(page: &PeoplePage, before: usize, away: bool) -> Element<'a, Message> {
    let first = before * PeoplePage::SIZE;
    let shown = t!(
        "page-of",
        first = first + 1,
        last = first + page.people.len(),
        all = page.counted.map_or(0, |counted| counted.matching)
    );
    row![muted(shown).width(Length::Fill)]
        .push(away.then(|| button(t("show-away")).link().on_press(Message::Away)))
        .push(pager::arrows(
            (before > 0).then_some(Message::Previous),
            page.next.as_ref().map(|_| Message::Next),
        ))
        .align_y(Alignment::Center)
        .into()
}

/// In place of the table, where a search or a filter leaves nobody.
pub(super) fn nobody<'a>(away: bool) -> Element<'a, Message> {
    let nobody = column![
        body(if away {
            t("nobody-away")
        } else {
            t("nobody-found")
        }),
        button(t("show-everyone")).on_press(Message::Everyone)
    ]
    .spacing(space::M)
    .align_x(Alignment::Center);
    container(nobody)
        .center_x(Length::Fill)
        .padding(space::XXL)
        .into()
}

/// Who must act next, in a few words under the badge.
fn act(person: &Person, session: &Session) -> Option<String> {
    if person.invited && person.last_sign_in.is_none() {
        return Some(t("row-invited"));
    }
    match person.status {
        Status::Pending => Some(t("row-pending")),
        Status::Activated => Some(match (&person.turned_on_by, person.since) {
            (Some(by), Some(since)) => t!(
                "row-activated",
                when = when::ago(since, session.door.now(), &session.me.time_zone),
                by = by.as_str()
            ),
            _ => t("row-rule"),
        }),
        Status::Enabled | Status::NotSetup => None,
    }
}

fn one_line(text: iced::widget::Text<'_, Theme>) -> iced::widget::Text<'_, Theme> {
    text.wrapping(iced::widget::text::Wrapping::None)
}
