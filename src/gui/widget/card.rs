//! Surfaces: the card in the middle of the window, panels in pages, and what stands on
//! them.

use iced::widget::{column, container, row, scrollable};
use iced::{Alignment, Length, border};
use lucide_icons::Icon;

use super::{Element, Style, Theme, control, icon, muted, strong, text};
use crate::gui::theme::{self, Type, radius, size, space};

/// The product's name, the one word written here.
const NAME: &str = "Vestibule";

fn surface(theme: &Theme, rounded: f32) -> container::Style {
    let tokens = theme.tokens();

    container::Style {
        text_color: Some(tokens.text),
        background: Some(tokens.surface.into()),
        border: border::rounded(rounded)
            .width(tokens.edge_width)
            .color(tokens.line),
        ..container::Style::default()
    }
}

/// The look of what lies above the page.
pub(super) fn raised(theme: &Theme, rounded: f32) -> Style {
    let tokens = theme.tokens();

    Style {
        background: Some(tokens.raised),
        border: border::rounded(rounded)
            .width(tokens.edge_width)
            .color(tokens.line),
        text: Some(tokens.text),
        lifted: true,
        ..Style::default()
    }
}

/// The one card in the middle of the window, `width` wide ([`size::CARD`] as a rule).
pub fn card<'a, M: Clone + 'a>(content: impl Into<Element<'a, M>>, width: f32) -> Element<'a, M> {
    control::surface(
        container(content)
            .padding(space::XXL)
            .width(Length::Fill)
            .max_width(width),
    )
    .style(|theme, _| Style {
        background: Some(theme.tokens().surface),
        ..raised(theme, radius::CARD)
    })
    .into()
}

/// Puts content in the middle of the window; it scrolls where the window is too small.
pub fn centred<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    let content = container(content)
        .center_x(Length::Fill)
        .padding([space::XXL, space::XL]);

    container(scrollable(content).width(Length::Fill))
        .center_y(Length::Fill)
        .width(Length::Fill)
        .into()
}

/// The product's name and a card under it, in the middle of the window: a screen before or beside the
/// signed-in part.
pub fn in_card<'a, M: Clone + 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    centred(
        column![brand(), card(content, size::CARD + 40.0)]
            .spacing(space::XL)
            .align_x(Alignment::Center),
    )
}

/// A surface in a page.
pub fn panel<'a, M: 'a>(content: impl Into<Element<'a, M>>) -> Element<'a, M> {
    container(content)
        .padding([space::L, 18.0])
        .width(Length::Fill)
        .style(|theme: &Theme| surface(theme, radius::PANEL))
        .into()
}

/// A thing that can be done, as a card in a dialog: icon, title, what it means, and at the
/// end its button or badge.
pub fn option_row<'a, M: 'a>(
    shown: Icon,
    title: impl Into<String>,
    subtitle: impl Into<String>,
    end: impl Into<Element<'a, M>>,
) -> Element<'a, M> {
    let texts = column![strong(title.into()), muted(subtitle.into())].width(Length::Fill);
    let face = row![icon(shown, size::ICON), texts, end.into()]
        .spacing(space::M)
        .align_y(Alignment::Center);

    container(face)
        .padding([space::M, space::L - 2.0])
        .width(Length::Fill)
        .style(|theme: &Theme| surface(theme, radius::PANEL))
        .into()
}

/// The product's sign and name.
pub fn brand<'a, M: 'a>() -> Element<'a, M> {
    let tile = container(icon(Icon::DoorOpen, 20.0))
        .center(32)
        .style(|theme: &Theme| {
            let tokens = theme.tokens();

            container::Style {
                text_color: Some(tokens.on_primary),
                background: Some(tokens.primary.into()),
                border: border::rounded(radius::CONTROL),
                ..container::Style::default()
            }
        });

    row![tile, text::set(NAME, theme::BRAND, theme::SEMIBOLD)]
        .spacing(10)
        .align_y(Alignment::Center)
        .into()
}

/// A person's initials in a circle, `size` wide: 32 in rows, 56 on the lock screen.
pub fn avatar<'a, M: 'a>(name: &str, size: f32) -> Element<'a, M> {
    let kind = if size > 40.0 {
        theme::COUNT
    } else {
        Type {
            size: 12.0,
            line: 16.0,
        }
    };

    container(text::set(initials(name), kind, theme::SEMIBOLD))
        .center(size)
        .style(move |theme: &Theme| {
            let tokens = theme.tokens();

            container::Style {
                text_color: Some(tokens.primary),
                background: Some(tokens.soft.into()),
                border: border::rounded(size / 2.0),
                ..container::Style::default()
            }
        })
        .into()
}

/// First letter of the first and of the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let last = words.next_back();

    [first, last]
        .into_iter()
        .flatten()
        .filter_map(|word| word.chars().next())
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_first_and_last_word() {
        assert_eq!(initials("Amira Lee"), "AL");
        assert_eq!(initials("Jan van der Berg"), "JB");
        assert_eq!(initials("élodie"), "É");
        assert_eq!(initials(" "), "");
    }
}
