//! The table of Activity: an entry's row, and what stands under them.

use iced::widget::{column, container};
use iced::{Alignment, Length};

use super::Message;
use crate::api::{ActivityPage, Entry};
use crate::gui::door::Session;
use crate::gui::home::pager;
use crate::gui::theme::{Theme, space};
use crate::gui::when;
use crate::gui::widget::{self, Column, Element, Row, body, button, muted, subtitle};
use crate::gui::words::t;
use crate::paper::entry;

/// Below this width of the window the time stands under the sentence, and the number is not shown.
pub(super) const WIDE: f32 = 960.0;

/// The entries of a page.
pub(super) fn table<'a>(
    page: &'a ActivityPage,
    session: &'a Session,
    width: f32,
) -> Element<'a, Message> {
    let zone = session.me.time_zone.as_str();
    let when = t!("when-in-zone", zone = zone);
    let what = Column::new(t("column-what"), Length::FillPortion(5));
    let columns = if width < WIDE {
        vec![what]
    } else {
        vec![
            Column::new(when, Length::FillPortion(2)),
            what,
            Column::new(t("column-number"), Length::Fixed(72.0)),
        ]
    };
    let rows = page.entries.iter().map(|entry| row(entry, zone, width));
    widget::table(t("activity"), columns, rows.collect())
}

fn row<'a>(entry: &'a Entry, zone: &str, width: f32) -> Row<'a, Message> {
    let sentence = entry::sentence(entry);
    let when = when::exact(entry.at, zone);
    let mut details = entry::details(entry, zone);
    if width < WIDE {
        details.insert(0, when.clone());
    }
    let details = (!details.is_empty()).then(|| one_line(muted(details.join(" · "))));
    // A long name takes a second line, and hides nothing of what was done.
    let what = column![body(sentence.clone())].push(details);
    let what = container(what).clip(true).into();
    if width < WIDE {
        return Row::new(sentence, vec![what]);
    }
    let number = entry.number.map(|number| number.to_string());
    let number = number.unwrap_or_else(|| "—".into());
    let cells = vec![
        one_line(subtitle(when)).into(),
        what,
        one_line(muted(number)).into(),
    ];
    Row::new(sentence, cells)
}

/// Which entries they are, so many pages after the first; and the ways to others.
pub(super) fn foot<'a>(page: &ActivityPage, before: usize) -> Element<'a, Message> {
    let first = before * ActivityPage::SIZE;
    let shown = t!(
        "entries-of",
        first = first + 1,
        last = first + page.entries.len()
    );
    iced::widget::row![muted(shown).width(Length::Fill)]
        .push(pager::arrows(
            (before > 0).then_some(Message::Previous),
            page.next.as_ref().map(|_| Message::Next),
        ))
        .align_y(Alignment::Center)
        .into()
}

/// In place of the table, where a search or a filter leaves nothing.
pub(super) fn nothing<'a>() -> Element<'a, Message> {
    let nothing = column![
        body(t("no-entries")),
        button(t("show-everything")).on_press(Message::Everything)
    ]
    .spacing(space::M)
    .align_x(Alignment::Center);
    container(nothing)
        .center_x(Length::Fill)
        .padding(space::XXL)
        .into()
}

fn one_line(text: iced::widget::Text<'_, Theme>) -> iced::widget::Text<'_, Theme> {
    text.wrapping(iced::widget::text::Wrapping::None)
}
