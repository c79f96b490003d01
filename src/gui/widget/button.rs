//! Buttons. Knows how each kind looks, not what it does.

use iced::widget::text::Wrapping;
use iced::widget::{container, row, tooltip};
use iced::{Alignment, Color, Length, border};
use lucide_icons::Icon;

use super::{Element, Role, Status, Style, Theme, icon, labelled, text};
use crate::gui::theme::{self, radius, size, space};
use iced::advanced::widget::Id;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Primary,
    Secondary,
    Danger,
    Link,
    Bare,
}

/// A button. See [`button`] and [`icon_button`].
pub struct Button<M> {
    label: String,
    kind: Kind,
    icon: Option<Icon>,
    id: Option<Id>,
    press: Option<M>,
    description: Option<String>,
    width: Length,
    height: f32,
    busy: bool,
    only_icon: bool,
}

/// A button with a word on it; secondary and 40 high unless said.
pub fn button<M>(label: impl Into<String>) -> Button<M> {
    Button {
        label: label.into(),
        kind: Kind::Secondary,
        icon: None,
        id: None,
        press: None,
        description: None,
        width: Length::Shrink,
        height: size::CONTROL,
        busy: false,
        only_icon: false,
    }
}

/// A button with an icon on it; its name is shown as a tooltip. 36 by 36.
pub fn icon_button<M>(icon: Icon, name: impl Into<String>) -> Button<M> {
    Button {
        icon: Some(icon),
        kind: Kind::Bare,
        only_icon: true,
        height: size::TOOL,
        ..button(name)
    }
}

impl<M> Button<M> {
    /// The one main action of a screen.
    pub fn primary(mut self) -> Self {
        self.kind = Kind::Primary;
        self
    }

    /// An action that takes something away.
    pub fn danger(mut self) -> Self {
        self.kind = Kind::Danger;
        self
    }

    /// A way to somewhere else, without an edge.
    pub fn link(mut self) -> Self {
        self.kind = Kind::Link;
        self.height = size::IN_ROW;
        self
    }

    /// A quiet action without an edge, as Lock and Sign out in the side bar.
    pub fn bare(mut self) -> Self {
        self.kind = Kind::Bare;
        self
    }

    /// An icon before the word.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The id to focus it with.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What it says when pressed. Without it the button is disabled.
    pub fn on_press(mut self, message: M) -> Self {
        self.press = Some(message);
        self
    }

    /// What it says when pressed, if it can be.
    pub fn on_press_maybe(mut self, message: Option<M>) -> Self {
        self.press = message;
        self
    }

    /// What else assistive technology says of it, as why it is disabled.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Its width; as wide as its word unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// 36 high, for tool bars.
    pub fn tool(mut self) -> Self {
        self.height = size::TOOL;
        self
    }

    /// 32 high, for rows.
    pub fn in_row(mut self) -> Self {
        self.height = size::IN_ROW;
        self
    }

    /// Shows that it works on the last press, and answers no other.
    pub fn busy(mut self, busy: bool) -> Self {
        self.busy = busy;
        self
    }

    fn face<'a>(&self) -> Element<'a, M>
    where
        M: 'a,
    {
        let shown = match self.busy {
            true => Some(Icon::LoaderCircle),
            false => self.icon,
        };
        let shown = shown.map(|shown| icon(shown, size::ICON));

        let content = if self.only_icon {
            row![].push(shown)
        } else {
            let font = match self.kind {
                Kind::Bare => theme::MEDIUM,
                _ => theme::SEMIBOLD,
            };
            let word = text::set(self.label.clone(), theme::BODY, font).wrapping(Wrapping::None);
            // Somebody's name may be longer than any word of ours: it takes the room that there is.
            row![].push(shown).push(container(word).clip(true))
        };

        let padding = match self.kind {
            _ if self.only_icon => 0.0,
            Kind::Link => 0.0,
            Kind::Bare => space::S,
            _ => space::L,
        };
        let width = match self.only_icon {
            true => Length::Fixed(self.height),
            false => self.width,
        };

        container(content.spacing(space::S).align_y(Alignment::Center))
            .padding([0.0, padding])
            .width(width)
            .height(self.height)
            .align_y(Alignment::Center)
            .align_x(Alignment::Center)
            .into()
    }
}

fn style(kind: Kind, theme: &Theme, status: Status) -> Style {
    let tokens = theme.tokens();
    let lit = status.hovered && !status.disabled;
    let edge = border::rounded(radius::CONTROL).width(tokens.edge_width);

    match kind {
        Kind::Primary if status.disabled => Style {
            background: Some(tokens.neutral.fill),
            border: if tokens.outlined {
                edge.color(tokens.edge)
            } else {
                edge.width(0.0)
            },
            text: Some(tokens.muted),
            ..Style::default()
        },
        Kind::Primary => Style {
            background: Some(if lit || status.pressed {
                tokens.primary_hover
            } else {
                tokens.primary
            }),
            border: border::rounded(radius::CONTROL),
            text: Some(tokens.on_primary),
            ..Style::default()
        },
        Kind::Secondary | Kind::Danger => {
            let (ink, line, fill) = match kind {
                Kind::Danger => (tokens.error.ink, tokens.error.ink, tokens.error.fill),
                _ => (tokens.text, tokens.edge, tokens.soft),
            };

            Style {
                background: Some(if lit || status.pressed {
                    fill
                } else {
                    tokens.surface
                }),
                border: edge.color(if status.disabled { tokens.line } else { line }),
                text: Some(if status.disabled { tokens.muted } else { ink }),
                ..Style::default()
            }
        }
        Kind::Link => Style {
            border: border::rounded(radius::CHECK),
            room: space::XS,
            text: Some(if status.disabled {
                tokens.muted
            } else if lit || status.pressed {
                tokens.primary_hover
            } else {
                tokens.primary
            }),
            ..Style::default()
        },
        Kind::Bare => Style {
            background: (lit || status.pressed).then_some(tokens.soft),
            border: border::rounded(radius::CONTROL).color(Color::TRANSPARENT),
            text: Some(if (lit || status.focused) && !status.disabled {
                tokens.text
            } else {
                tokens.muted
            }),
            ..Style::default()
        },
    }
}

impl<'a, M: Clone + 'a> From<Button<M>> for Element<'a, M> {
    fn from(button: Button<M>) -> Self {
        let role = match button.kind {
            Kind::Link => Role::Link,
            _ => Role::Button,
        };
        let kind = button.kind;
        let face = button.face();

        let control = labelled(role, button.label.clone(), face)
            .id_maybe(button.id)
            .on_press_maybe(button.press)
            .busy(button.busy)
            .description(button.description)
            .style(move |theme, status| style(kind, theme, status));

        if button.only_icon {
            tip(control, button.label, tooltip::Position::Bottom)
        } else {
            control.into()
        }
    }
}

/// Shows a word beside what the pointer rests on. Not told to assistive technology, which
/// has the control's name.
pub(super) fn tip<'a, M: Clone + 'a>(
    content: impl Into<Element<'a, M>>,
    word: String,
    position: tooltip::Position,
) -> Element<'a, M> {
    let word = container(text::small(word))
        .padding([space::XS, space::S])
        .style(|theme: &Theme| {
            let tokens = theme.tokens();

            container::Style {
                text_color: Some(tokens.bg),
                background: Some(tokens.text.into()),
                border: border::rounded(radius::CHECK),
                ..container::Style::default()
            }
        });

    tooltip(content, word, position).gap(space::XS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing else tells where it is on a ground of its own colour.
    #[test]
    fn a_disabled_button_has_an_edge_where_the_ground_is_no_other() {
        let disabled = Status {
            disabled: true,
            ..Status::default()
        };
        for theme in [Theme::HighContrastLight, Theme::HighContrastDark] {
            for kind in [Kind::Primary, Kind::Secondary, Kind::Danger] {
                let Style { border, .. } = style(kind, &theme, disabled);
                assert!(border.width > 0.0 && border.color.a > 0.0, "{theme:?}");
            }
        }
    }
}
