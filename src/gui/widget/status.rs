//! What tells a state: badges, notices, banners, toasts. Never by colour alone: each has
//! an icon and a word.

use iced::widget::text::Wrapping;
use iced::widget::{column, container, row, stack};
use iced::{Alignment, Length, border, padding};
use lucide_icons::Icon;

use super::{Element, Role, Theme, body, icon, labelled, small, strong, text};
use crate::gui::theme::{self, Pair, Tokens, radius, size, space};

/// The colour of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Two-factor is enabled; something went well.
    Enabled,
    /// Activated; something needs a look.
    Warning,
    /// Pending; good to know.
    Info,
    /// Not set up; nothing to say.
    Neutral,
    /// Something went wrong.
    Error,
}

impl Tone {
    /// The tone's colours in a palette.
    pub fn pair(self, tokens: &Tokens) -> Pair {
        match self {
            Tone::Enabled => tokens.enabled,
            Tone::Warning => tokens.warning,
            Tone::Info => tokens.info,
            Tone::Neutral => tokens.neutral,
            Tone::Error => tokens.error,
        }
    }

    /// The icon that goes with it where none is given.
    pub fn icon(self) -> Icon {
        match self {
            Tone::Enabled => Icon::CircleCheck,
            Tone::Warning => Icon::TriangleAlert,
            Tone::Info | Tone::Neutral => Icon::Info,
            Tone::Error => Icon::CircleAlert,
        }
    }

    fn fill(self, theme: &Theme, rounded: f32) -> container::Style {
        let tokens = theme.tokens();
        let pair = self.pair(tokens);
        let width = if tokens.outlined {
            tokens.edge_width
        } else {
            0.0
        };

        container::Style {
            text_color: Some(pair.ink),
            background: Some(pair.fill.into()),
            border: border::rounded(rounded).width(width).color(pair.ink),
            ..container::Style::default()
        }
    }
}

/// A state in a pill: icon and word.
pub fn badge<'a, M: Clone + 'a>(
    shown: Icon,
    word: impl Into<String>,
    tone: Tone,
) -> Element<'a, M> {
    let word = word.into();
    let face = row![
        icon(shown, size::ICON_SMALL),
        text::set(word.clone(), theme::SMALL, theme::SEMIBOLD).wrapping(Wrapping::None)
    ]
    .spacing(space::XS + 2.0)
    .align_y(Alignment::Center);

    let pill = container(face)
        .padding(padding::left(space::S).right(10.0))
        .align_y(Alignment::Center)
        .height(24)
        .style(move |theme| tone.fill(theme, 12.0));

    labelled(Role::Label, word, pill).into()
}

/// A small line under a field: an icon and a few words in a tone's colour.
pub fn note<'a, M: 'a>(shown: Icon, words: impl Into<String>, tone: Tone) -> Element<'a, M> {
    let ink = move |theme: &Theme| iced::widget::text::Style {
        color: Some(tone.pair(theme.tokens()).ink),
    };

    row![
        container(icon(shown, size::ICON_SMALL).style(ink)).padding([1, 0]),
        small(words.into()).style(ink)
    ]
    .spacing(space::XS)
    .into()
}

/// A few sentences in the flow of a form: what happened, and what to do.
pub fn notice<'a, M: Clone + 'a>(
    tone: Tone,
    title: impl Into<String>,
    body: impl Into<String>,
) -> Element<'a, M> {
    let (title, body) = (title.into(), body.into());
    let name = spoken(&title, &body);
    let lines = column![]
        .push((!title.is_empty()).then(|| strong(title)))
        .push((!body.is_empty()).then(|| small(body)))
        .spacing(2)
        .width(Length::Fill);

    let face = row![icon(tone.icon(), size::ICON), lines].spacing(10);

    labelled(
        Role::Alert,
        name,
        container(face)
            .padding([10.0, space::L - 2.0])
            .style(move |theme| tone.fill(theme, radius::CONTROL)),
    )
    .into()
}

fn spoken(title: &str, body: &str) -> String {
    [title, body]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A strip across the top of the window: offline, a clock that is wrong.
pub fn banner<'a, M: Clone + 'a>(
    tone: Tone,
    words: impl Into<String>,
    action: Option<Element<'a, M>>,
) -> Element<'a, M> {
    let words = words.into();
    let face = row![
        icon(tone.icon(), size::ICON),
        body(words.clone()).width(Length::Fill)
    ]
    .push(action)
    .spacing(space::M)
    .align_y(Alignment::Center);

    labelled(
        Role::Status,
        words,
        container(face)
            .padding([space::S, space::XL])
            .width(Length::Fill)
            .style(move |theme| tone.fill(theme, 0.0)),
    )
    .into()
}

/// A few words that come up at the bottom and go again, with what undoes them.
pub fn toast<'a, M: Clone + 'a>(
    tone: Tone,
    words: impl Into<String>,
    action: Option<Element<'a, M>>,
) -> Element<'a, M> {
    let words = words.into();
    let mark =
        icon(tone.icon(), size::ICON).style(move |theme: &Theme| iced::widget::text::Style {
            color: Some(tone.pair(theme.tokens()).ink),
        });
    let face = row![mark, body(words.clone())]
        .push(action)
        .spacing(space::M)
        .align_y(Alignment::Center);

    labelled(
        Role::Status,
        words,
        container(face)
            .padding([space::M, space::L])
            .max_width(size::DIALOG),
    )
    .style(|theme, _| super::card::raised(theme, radius::PANEL))
    .into()
}

/// Puts a toast, if there is one, over the bottom of `base`.
pub fn with_toast<'a, M: 'a>(
    base: impl Into<Element<'a, M>>,
    toast: Option<Element<'a, M>>,
) -> Element<'a, M> {
    // Always in a stack, so that the base keeps its state as toasts come and go.
    stack![base.into()]
        .push(toast.map(|toast| {
            container(toast)
                .center_x(Length::Fill)
                .align_bottom(Length::Fill)
                .padding(space::XL)
        }))
        .into()
}
