//! The side bar and the counts that filter a page.

use iced::widget::{Column, column, container, row, rule};
use iced::{Alignment, Length, border, padding};
use lucide_icons::Icon;

use super::{Control, Element, Role, Style, Theme, Tone, icon, labelled, muted, small, text};
use crate::gui::theme::{self, radius, size, space};

/// A place in the side bar.
pub fn nav_item<'a, M: Clone + 'a>(
    shown: Icon,
    name: impl Into<String>,
    selected: bool,
    on_press: M,
) -> Element<'a, M> {
    let name = name.into();
    let font = if selected {
        theme::SEMIBOLD
    } else {
        theme::MEDIUM
    };
    let face = row![
        icon(shown, size::ICON),
        text::set(name.clone(), theme::BODY, font)
    ]
    .spacing(10)
    .align_y(Alignment::Center);

    labelled(
        Role::Link,
        name,
        container(face)
            .padding([0.0, 10.0])
            .width(Length::Fill)
            .height(size::TOOL)
            .align_y(Alignment::Center),
    )
    .on_press(on_press)
    .checked(selected)
    .style(move |theme, status| {
        let tokens = theme.tokens();

        Style {
            background: (selected || status.hovered).then_some(tokens.soft),
            border: border::rounded(radius::CONTROL)
                .width(if tokens.outlined && selected {
                    tokens.edge_width
                } else {
                    0.0
                })
                .color(tokens.edge),
            text: Some(if selected {
                tokens.primary
            } else {
                tokens.muted
            }),
            ..Style::default()
        }
    })
    .into()
}

/// The name of a group of places.
pub fn nav_title<'a, M: Clone + 'a>(name: impl Into<String>) -> Element<'a, M> {
    let name = name.into();

    labelled(
        Role::Heading,
        name.clone(),
        container(muted(name)).padding(padding::left(10).top(space::M).bottom(space::XS)),
    )
    .into()
}

/// The side bar: the brand and what follows at the top, who is signed in at the bottom.
/// `name` is what assistive technology calls it.
pub fn sidebar<'a, M: Clone + 'a>(
    name: impl Into<String>,
    top: Vec<Element<'a, M>>,
    bottom: Vec<Element<'a, M>>,
) -> Element<'a, M> {
    let places = iced::widget::scrollable(
        Column::with_children(top)
            .spacing(2)
            // Room for the ring, which the scrolled area would cut.
            .padding([space::XS, space::M]),
    )
    .height(Length::Fill);

    let bar = container(
        column![
            places,
            Column::with_children(bottom)
                .spacing(space::S)
                .padding([0.0, space::M])
        ]
        .spacing(space::M)
        .padding([space::M, 0.0]),
    )
    .width(size::SIDEBAR - 1.0)
    .height(Length::Fill)
    .style(|theme: &Theme| container::Style::default().background(theme.tokens().surface));

    labelled(Role::Navigation, name, row![bar, rule::vertical(1)]).into()
}

/// A count that filters the page: the number, and what is counted.
pub fn stat_card<'a, M: Clone + 'a>(
    count: impl Into<String>,
    shown: impl Into<Option<Icon>>,
    word: impl Into<String>,
    tone: Tone,
    selected: bool,
    on_press: M,
) -> Control<'a, M> {
    let (count, word) = (count.into(), word.into());
    let name = format!("{count} {word}");
    let shown = shown.into();
    let plain = shown.is_none();
    let ink = move |theme: &Theme| iced::widget::text::Style {
        color: Some(if plain {
            theme.tokens().muted
        } else {
            tone.pair(theme.tokens()).ink
        }),
    };
    let line = row![]
        .push(shown.map(|shown| icon(shown, size::ICON_SMALL).style(ink)))
        .push(small(word).style(ink))
        .spacing(space::XS + 2.0)
        .align_y(Alignment::Center);

    labelled(
        Role::Button,
        name,
        container(column![
            text::set(count, theme::COUNT, theme::SEMIBOLD),
            line
        ])
        .padding([space::M - 1.0, space::L - 2.0])
        .width(Length::Fill),
    )
    .on_press(on_press)
    .checked(selected)
    .style(move |theme, status| {
        let tokens = theme.tokens();
        let edge = border::rounded(radius::PANEL);

        Style {
            background: Some(if status.hovered && !selected {
                tokens.soft
            } else {
                tokens.surface
            }),
            border: if selected {
                edge.width(tokens.edge_width * 2.0).color(tokens.primary)
            } else {
                edge.width(tokens.edge_width).color(tokens.line)
            },
            text: Some(tokens.text),
            ..Style::default()
        }
    })
}
