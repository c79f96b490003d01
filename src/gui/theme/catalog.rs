//! What iced's own widgets look like when nothing else is said.

use iced::widget::{container, rule, scrollable, text, text_input};
use iced::{Border, Color, Shadow, border};

use super::{Theme, radius};

impl text::Catalog for Theme {
    type Class<'a> = text::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|_| text::Style::default())
    }

    fn style(&self, class: &Self::Class<'_>) -> text::Style {
        class(self)
    }
}

impl container::Catalog for Theme {
    type Class<'a> = container::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|_| container::Style::default())
    }

    fn style(&self, class: &Self::Class<'_>) -> container::Style {
        class(self)
    }
}

impl rule::Catalog for Theme {
    type Class<'a> = rule::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(|theme| rule::Style {
            color: theme.tokens().line,
            radius: 0.0.into(),
            fill_mode: rule::FillMode::Full,
            snap: true,
        })
    }

    fn style(&self, class: &Self::Class<'_>) -> rule::Style {
        class(self)
    }
}

impl scrollable::Catalog for Theme {
    type Class<'a> = scrollable::StyleFn<'a, Self>;

    fn default<'a>() -> Self::Class<'a> {
        Box::new(scroll)
    }

    fn style(&self, class: &Self::Class<'_>, status: scrollable::Status) -> scrollable::Style {
        class(self, status)
    }
}

fn scroll(theme: &Theme, status: scrollable::Status) -> scrollable::Style {
    let tokens = theme.tokens();
    let touched = match status {
        scrollable::Status::Active { .. } => false,
        scrollable::Status::Hovered {
            is_horizontal_scrollbar_hovered,
            is_vertical_scrollbar_hovered,
            ..
        } => is_horizontal_scrollbar_hovered || is_vertical_scrollbar_hovered,
        scrollable::Status::Dragged { .. } => true,
    };

    let rail = scrollable::Rail {
        background: None,
        border: Border::default(),
        scroller: scrollable::Scroller {
            background: if touched { tokens.muted } else { tokens.edge }.into(),
            border: border::rounded(radius::CHECK),
        },
    };

    scrollable::Style {
        container: container::Style::default(),
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        auto_scroll: scrollable::AutoScroll {
            background: tokens.raised.into(),
            border: border::rounded(radius::PILL)
                .width(tokens.edge_width)
                .color(tokens.edge),
            shadow: Shadow::default(),
            icon: tokens.text,
        },
    }
}

impl text_input::Catalog for Theme {
    type Class<'a> = text_input::StyleFn<'a, Self>;

    /// Bare: the frame around the input draws edge, fill and ring.
    fn default<'a>() -> Self::Class<'a> {
        Box::new(|theme, status| {
            let tokens = theme.tokens();

            text_input::Style {
                background: Color::TRANSPARENT.into(),
                border: Border::default(),
                icon: tokens.muted,
                placeholder: tokens.muted,
                value: match status {
                    text_input::Status::Disabled => tokens.muted,
                    _ => tokens.text,
                },
                selection: tokens.primary.scale_alpha(0.35),
            }
        })
    }

    fn style(&self, class: &Self::Class<'_>, status: text_input::Status) -> text_input::Style {
        class(self, status)
    }
}
