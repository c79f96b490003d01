//! Texts and icons in the sizes and weights the program has. Colour follows what they
//! stand in unless said.

use iced::widget::text::{Fragment, IntoFragment, LineHeight, Wrapping};
use iced::widget::{Text, rule, text};
use iced::{Color, Font, Pixels};
use lucide_icons::Icon;

use super::{Element, Role, Theme, labelled};
use crate::gui::theme::{self, Tokens, Type};

pub(super) fn set<'a>(content: impl IntoFragment<'a>, kind: Type, font: Font) -> Text<'a, Theme> {
    text(content)
        .size(kind.size)
        .line_height(LineHeight::Absolute(Pixels(kind.line)))
        .font(font)
        .wrapping(Wrapping::WordOrGlyph)
}

/// Gives a text a colour of the palette.
pub fn tinted<'a>(text: Text<'a, Theme>, color: impl Fn(&Tokens) -> Color + 'a) -> Text<'a, Theme> {
    text.style(move |theme: &Theme| text::Style {
        color: Some(color(theme.tokens())),
    })
}

/// An icon, `size` high. Beside a word unless it is named by what it stands in.
pub fn icon<'a>(icon: Icon, size: f32) -> Text<'a, Theme> {
    text(char::from(icon))
        .font(theme::ICONS)
        .size(size)
        .line_height(LineHeight::Absolute(Pixels(size)))
        .shaping(text::Shaping::Basic)
}

fn head<'a, M: Clone + 'a>(content: impl IntoFragment<'a>, kind: Type) -> Element<'a, M> {
    let content: Fragment<'a> = content.into_fragment();
    let name = content.to_string();

    labelled(Role::Heading, name, set(content, kind, theme::SEMIBOLD)).into()
}

/// Title of a page or of the card in the middle, 24/32.
pub fn title<'a, M: Clone + 'a>(content: impl IntoFragment<'a>) -> Element<'a, M> {
    head(content, theme::TITLE)
}

/// Title of a dialog or a panel, 18/24.
pub fn heading<'a, M: Clone + 'a>(content: impl IntoFragment<'a>) -> Element<'a, M> {
    head(content, theme::HEADING)
}

/// The quieter line under a title, 14/20.
pub fn subtitle<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    tinted(body(content), |tokens| tokens.muted)
}

/// Running text, 14/20.
pub fn body<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    set(content, theme::BODY, theme::REGULAR)
}

/// The name of a field or a place, 14/20.
pub fn label<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    set(content, theme::BODY, theme::MEDIUM)
}

/// A name in a row or a card, 14/20.
pub fn strong<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    set(content, theme::BODY, theme::SEMIBOLD)
}

/// A note in the colour around it, 12/16.
pub fn small<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    set(content, theme::SMALL, theme::REGULAR)
}

/// A note of less weight, 12/16.
pub fn muted<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    tinted(small(content), |tokens| tokens.muted)
}

/// Keys and codes that are read off the screen, 14/20.
pub fn mono<'a>(content: impl IntoFragment<'a>) -> Text<'a, Theme> {
    set(content, theme::BODY, theme::MONO)
}

/// A code that is read out, digit by digit, 24/32.
pub fn read_out<'a, M: Clone + 'a>(content: impl IntoFragment<'a>) -> Element<'a, M> {
    let content: Fragment<'a> = content.into_fragment();
    let name = content.to_string();

    labelled(Role::Label, name, set(content, theme::TITLE, theme::MONO)).into()
}

/// A thin line across.
pub fn ruler<'a, M: 'a>() -> Element<'a, M> {
    rule::horizontal(1).into()
}
