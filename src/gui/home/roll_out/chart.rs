//! How many people were in each status, by day: bars, and the figures beside them.

use iced::widget::{column, container, row, space as gap};
use iced::{Alignment, Length};

use super::Message;
use crate::api::{Counts, RollOutDay};
use crate::domain::Status;
use crate::gui::status;
use crate::gui::theme::{Theme, size, space};
use crate::gui::widget::{Element, Role, Tone, icon, labelled, muted, small, strong, tinted};
use crate::gui::words::t;

/// The height of a bar of everyone.
const TALL: f32 = 160.0;
/// Days told in figures.
const IN_FIGURES: usize = 7;

/// The order of a bar from its foot.
const ORDER: [Status; 4] = [
    Status::Enabled,
    Status::Pending,
    Status::Activated,
    Status::NotSetup,
];

fn count(counts: &Counts, of: Status) -> u64 {
    match of {
        Status::Enabled => counts.enabled,
        Status::Pending => counts.pending,
        Status::Activated => counts.activated,
        Status::NotSetup => counts.not_setup,
    }
}

/// The bars.
pub(super) fn bars<'a>(days: &[RollOutDay]) -> Element<'a, Message> {
    let most = days.iter().map(|day| day.counts.all()).max();
    let most = most.unwrap_or_default().max(1);
    let bars = days.iter().map(|day| bar(&day.counts, most));
    let name = match (days.first(), days.last()) {
        (Some(first), Some(last)) => t!(
            "chart-name",
            first = day(first),
            before = first.counts.enabled,
            last = day(last),
            now = last.counts.enabled,
            all = last.counts.all()
        ),
        _ => String::new(),
    };
    let ends = days.first().zip(days.last()).map(|(first, last)| {
        row![
            muted(day(first)),
            gap::horizontal().width(Length::Fill),
            muted(day(last))
        ]
    });
    let chart = column![
        row(bars)
            .spacing(2)
            .height(TALL)
            .align_y(Alignment::End)
            .width(Length::Fill)
    ]
    .push(ends)
    .spacing(space::XS);
    column![labelled(Role::Image, name, chart), legend()]
        .spacing(space::M)
        .into()
}

/// One day: what is nobody takes no room.
fn bar<'a>(counts: &Counts, most: u64) -> Element<'a, Message> {
    let parts = ORDER.iter().rev().filter_map(|of| {
        let people = count(counts, *of);
        // A count of people is small enough for the pixels it is drawn in.
        #[allow(clippy::cast_precision_loss, reason = "a height in pixels")]
        let height = TALL * people as f32 / most as f32;
        (people > 0).then(|| part(*of, height))
    });
    column(parts).width(Length::Fill).into()
}

fn part<'a>(of: Status, height: f32) -> Element<'a, Message> {
    let tone = status::look(of).2;
    container(iced::widget::space())
        .width(Length::Fill)
        .height(height)
        .style(move |theme| filled(theme, tone))
        .into()
}

fn filled(theme: &Theme, tone: Tone) -> container::Style {
    container::Style::default().background(tone.pair(theme.tokens()).ink)
}

fn legend<'a>() -> Element<'a, Message> {
    let entries = ORDER.iter().map(|of| {
        let (shown, word, tone) = status::look(*of);
        let swatch = container(iced::widget::space())
            .width(12)
            .height(12)
            .style(move |theme| filled(theme, tone));
        row![
            swatch,
            tinted(icon(shown, size::ICON_SMALL), |tokens| tokens.muted),
            small(word)
        ]
        .spacing(space::XS)
        .align_y(Alignment::Center)
        .into()
    });
    row(entries).spacing(space::L).wrap().into()
}

/// The figures of the last days, the newest first.
pub(super) fn figures<'a>(days: &[RollOutDay]) -> Element<'a, Message> {
    let cell = |words: Element<'a, Message>| container(words).width(Length::FillPortion(2));
    let head = row![container(muted(t("day"))).width(Length::FillPortion(3))];
    let head = ORDER.iter().fold(head, |head, of| {
        head.push(cell(muted(status::look(*of).1).into()))
    });
    let lines = days.iter().rev().take(IN_FIGURES).map(|one| {
        let line = row![container(small(day(one))).width(Length::FillPortion(3))];
        let line = ORDER.iter().fold(line, |line, of| {
            let number = count(&one.counts, *of).to_string();
            line.push(cell(strong(number).into()))
        });
        line.spacing(space::S).align_y(Alignment::Center).into()
    });
    column![head.spacing(space::S), column(lines).spacing(space::XS)]
        .spacing(space::S)
        .into()
}

fn day(one: &RollOutDay) -> String {
    one.date.strftime("%-d %b").to_string()
}
