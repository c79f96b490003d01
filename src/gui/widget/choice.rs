//! Things to tick and to choose from.

use iced::advanced::widget::Id;
use iced::widget::{column, container, row};
use iced::{Alignment, Color, Length, border};
use lucide_icons::Icon;

use super::{Element, Role, Style, Theme, body, icon, labelled, muted, strong};
use crate::gui::theme::{radius, size, space};

/// A tick box. See [`checkbox`].
pub struct Checkbox<'a, M> {
    label: String,
    checked: bool,
    mixed: bool,
    hidden_label: bool,
    id: Option<Id>,
    on_toggle: Box<dyn Fn(bool) -> M + 'a>,
}

/// A tick box with its word beside it.
pub fn checkbox<'a, M: Clone + 'a>(
    label: impl Into<String>,
    checked: bool,
    on_toggle: impl Fn(bool) -> M + 'a,
) -> Checkbox<'a, M> {
    Checkbox {
        label: label.into(),
        checked,
        mixed: false,
        hidden_label: false,
        id: None,
        on_toggle: Box::new(on_toggle),
    }
}

impl<'a, M: Clone + 'a> Checkbox<'a, M> {
    /// Keeps the label for assistive technology only, as in a table's row.
    pub fn hide_label(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    /// Shows that some, not all, of what it stands for are ticked.
    pub fn mixed(mut self, mixed: bool) -> Self {
        self.mixed = mixed;
        self
    }

    /// The id to focus it with.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

fn tick<'a, M: 'a>(filled: bool, mixed: bool) -> Element<'a, M> {
    let mark = match (filled, mixed) {
        (_, true) => Some(Icon::Minus),
        (true, false) => Some(Icon::Check),
        (false, false) => None,
    };

    container(mark.map_or_else(
        || Element::from(iced::widget::space()),
        |mark| icon(mark, size::ICON_SMALL).into(),
    ))
    .center(size::CHECK)
    .style(move |theme: &Theme| {
        let tokens = theme.tokens();
        let edge = border::rounded(radius::CHECK).width(2.0);

        container::Style {
            text_color: Some(tokens.on_primary),
            ..match filled || mixed {
                true => container::Style::default()
                    .background(tokens.primary)
                    .border(edge.color(tokens.primary)),
                false => container::Style::default()
                    .background(tokens.surface)
                    .border(edge.color(tokens.edge)),
            }
        }
        .color(tokens.on_primary)
    })
    .into()
}

impl<'a, M: Clone + 'a> From<Checkbox<'a, M>> for Element<'a, M> {
    fn from(checkbox: Checkbox<'a, M>) -> Self {
        let mark = tick(checkbox.checked, checkbox.mixed);
        let word = (!checkbox.hidden_label).then(|| body(checkbox.label.clone()));
        let face = row![mark]
            .push(word)
            .spacing(space::S)
            .align_y(Alignment::Center);

        labelled(Role::CheckBox, checkbox.label, face)
            .id_maybe(checkbox.id)
            .checked(checkbox.checked)
            .on_press_maybe(Some((checkbox.on_toggle)(!checkbox.checked)))
            .style(|_, _| alone())
            .into()
    }
}

/// How a mark with its words looks, which has no edge.
fn alone() -> Style {
    Style {
        border: border::rounded(radius::CHECK),
        room: space::XS,
        ..Style::default()
    }
}

/// One of several short choices in a line. See [`radio`].
pub struct Radio<M> {
    label: String,
    selected: bool,
    id: Option<Id>,
    on_select: M,
}

/// One of several short choices in a line: a circle and its words.
pub fn radio<M>(label: impl Into<String>, selected: bool, on_select: M) -> Radio<M> {
    Radio {
        label: label.into(),
        selected,
        id: None,
        on_select,
    }
}

impl<M> Radio<M> {
    /// The id to focus it with.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl<'a, M: Clone + 'a> From<Radio<M>> for Element<'a, M> {
    fn from(radio: Radio<M>) -> Self {
        let face = row![circle(radio.selected, false), body(radio.label.clone())]
            .spacing(space::S)
            .align_y(Alignment::Center)
            .padding([2.0, 0.0]);
        labelled(Role::Radio, radio.label, face)
            .id_maybe(radio.id)
            .checked(radio.selected)
            .on_press_maybe(Some(radio.on_select))
            .style(|_, _| alone())
            .into()
    }
}

/// One of several choices, as a card. See [`radio_card`].
pub struct RadioCard<'a, M> {
    icon: Option<Icon>,
    title: String,
    subtitle: String,
    selected: bool,
    id: Option<Id>,
    on_select: Option<M>,
    reason: Option<String>,
    body: Option<Element<'a, M>>,
}

/// One of several choices, as a card with a title and a line that explains it.
pub fn radio_card<'a, M: Clone + 'a>(
    icon: impl Into<Option<Icon>>,
    title: impl Into<String>,
    subtitle: impl Into<String>,
    selected: bool,
    on_select: M,
) -> RadioCard<'a, M> {
    RadioCard {
        icon: icon.into(),
        title: title.into(),
        subtitle: subtitle.into(),
        selected,
        id: None,
        on_select: Some(on_select),
        reason: None,
        body: None,
    }
}

impl<'a, M: Clone + 'a> RadioCard<'a, M> {
    /// More to fill in, under the subtitle, where there is any.
    pub fn body_maybe(mut self, body: Option<Element<'a, M>>) -> Self {
        self.body = body;
        self
    }

    /// Why it cannot be chosen; shown under it. `None` leaves it as it is.
    pub fn disabled(mut self, reason: Option<String>) -> Self {
        if reason.is_some() {
            self.on_select = None;
        }

        self.reason = reason;
        self
    }

    /// The id to focus it with.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }
}

fn circle<'a, M: 'a>(selected: bool, disabled: bool) -> Element<'a, M> {
    let dot = container(iced::widget::space())
        .width(6)
        .height(6)
        .style(move |theme: &Theme| container::Style {
            background: selected.then(|| theme.tokens().on_primary.into()),
            border: border::rounded(radius::PILL),
            ..container::Style::default()
        });

    container(dot)
        .center(size::CHECK)
        .style(move |theme: &Theme| {
            let tokens = theme.tokens();
            let (fill, edge) = match (selected, disabled) {
                (true, false) => (tokens.primary, tokens.primary),
                (true, true) => (tokens.edge, tokens.edge),
                (false, true) => (Color::TRANSPARENT, tokens.line),
                (false, false) => (Color::TRANSPARENT, tokens.edge),
            };

            container::Style {
                background: Some(fill.into()),
                border: border::rounded(radius::PILL).width(2.0).color(edge),
                ..container::Style::default()
            }
        })
        .into()
}

impl<'a, M: Clone + 'a> From<RadioCard<'a, M>> for Element<'a, M> {
    fn from(card: RadioCard<'a, M>) -> Self {
        let selected = card.selected;
        let reason = card
            .reason
            .clone()
            .map(|reason| super::note(Icon::Lock, reason, super::Tone::Neutral));
        let texts = column![strong(card.title.clone()), muted(card.subtitle.clone())]
            .push(reason.map(|reason| container(reason).padding(iced::padding::top(space::XS))))
            .width(Length::Fill);

        let face = row![circle(selected, card.on_select.is_none())]
            .push(card.icon.map(|shown| icon(shown, size::ICON)))
            .push(texts)
            .spacing(space::M)
            .align_y(Alignment::Center);

        // Under the title, so that the circle stays beside that.
        let beside = match card.icon {
            Some(_) => size::CHECK + size::ICON + 2.0 * space::M,
            None => size::CHECK + space::M,
        };
        let body = card
            .body
            .map(|body| container(body).padding(iced::padding::top(space::M).left(beside)));

        let description = match card.reason {
            Some(reason) => format!("{} {reason}", card.subtitle),
            None => card.subtitle,
        };

        labelled(
            Role::Radio,
            card.title,
            container(column![face].push(body)).padding([space::M, space::L - 2.0]),
        )
        .id_maybe(card.id)
        .checked(selected)
        .description(Some(description))
        .on_press_maybe(card.on_select)
        .style(move |theme, status| {
            let tokens = theme.tokens();

            Style {
                background: Some(if status.hovered && !status.disabled && !selected {
                    tokens.soft
                } else {
                    tokens.surface
                }),
                border: if selected {
                    border::rounded(radius::PANEL)
                        .width(tokens.edge_width * 2.0)
                        .color(tokens.primary)
                } else {
                    border::rounded(radius::PANEL)
                        .width(tokens.edge_width)
                        .color(tokens.line)
                },
                text: Some(if status.disabled {
                    tokens.muted
                } else {
                    tokens.text
                }),
                ..Style::default()
            }
        })
        .into()
    }
}
