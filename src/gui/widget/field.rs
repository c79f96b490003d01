//! Lines of text to fill in, each with its label above and its notes below.
//!
//! A password reaches assistive technology as bullets only.

use iced::advanced::widget::Id;
use iced::widget::text::LineHeight;
use iced::widget::{Column, container, row, space as gap, text_input, tooltip};
use iced::{Alignment, Color, Font, Length, Pixels, border};
use lucide_icons::Icon;

use super::{Element, Role, Style, Theme, Tone, caps_lock, icon, label, labelled, muted, note};
use crate::gui::theme::{self, Type, radius, size, space};

/// The eye at the end of a password field.
struct Reveal<'a, M> {
    name: String,
    message: Box<dyn Fn(bool) -> M + 'a>,
}

/// A labelled field. See [`field`] and [`code_field`].
pub struct Field<'a, M> {
    label: String,
    value: String,
    on_input: Option<Box<dyn Fn(String) -> M + 'a>>,
    id: Option<Id>,
    placeholder: String,
    secure: Option<bool>,
    reveal: Option<Reveal<'a, M>>,
    caps_lock: Option<String>,
    on_caps_lock: Option<Box<dyn Fn(bool) -> M + 'a>>,
    help: Option<String>,
    error: Option<String>,
    invalid: bool,
    on_submit: Option<M>,
    icon: Option<Icon>,
    hidden_label: bool,
    width: Length,
    height: f32,
    font: Font,
    kind: Type,
}

/// A field with its label above.
pub fn field<'a, M: Clone + 'a>(
    label: impl Into<String>,
    value: impl Into<String>,
    on_input: impl Fn(String) -> M + 'a,
) -> Field<'a, M> {
    Field {
        label: label.into(),
        value: value.into(),
        on_input: Some(Box::new(on_input)),
        id: None,
        placeholder: String::new(),
        secure: None,
        reveal: None,
        caps_lock: None,
        on_caps_lock: None,
        help: None,
        error: None,
        invalid: false,
        on_submit: None,
        icon: None,
        hidden_label: false,
        width: Length::Fill,
        height: size::CONTROL,
        font: theme::REGULAR,
        kind: theme::BODY,
    }
}

/// The one wide field for a code, with wide-set digits. The caller groups them.
pub fn code_field<'a, M: Clone + 'a>(
    label: impl Into<String>,
    value: impl Into<String>,
    on_input: impl Fn(String) -> M + 'a,
) -> Field<'a, M> {
    Field {
        height: size::CODE,
        font: theme::CODE_FONT,
        kind: theme::CODE,
        ..field(label, value, on_input)
    }
}

impl<'a, M: Clone + 'a> Field<'a, M> {
    /// The id to focus it with.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What stands in it while it is empty.
    pub fn placeholder(mut self, placeholder: impl Into<String>) -> Self {
        self.placeholder = placeholder.into();
        self
    }

    /// Makes it a password: bullets, unless `revealed`.
    pub fn secure(mut self, revealed: bool) -> Self {
        self.secure = Some(revealed);
        self
    }

    /// An eye that is held to read the password; `name` is its name and tooltip.
    pub fn on_reveal(mut self, name: impl Into<String>, message: impl Fn(bool) -> M + 'a) -> Self {
        self.reveal = Some(Reveal {
            name: name.into(),
            message: Box::new(message),
        });
        self
    }

    /// The note that Caps Lock is on, while it is.
    pub fn caps_lock(mut self, note: Option<String>) -> Self {
        self.caps_lock = note;
        self
    }

    /// Tells when the keys betray that Caps Lock was turned on or off.
    pub fn on_caps_lock(mut self, message: impl Fn(bool) -> M + 'a) -> Self {
        self.on_caps_lock = Some(Box::new(message));
        self
    }

    /// A note under it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong with it, under it and in the description.
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// Marks it as wrong where the words stand elsewhere, as in a notice below.
    pub fn invalid(mut self, invalid: bool) -> Self {
        self.invalid = invalid;
        self
    }

    /// What Enter says.
    pub fn on_submit(mut self, message: M) -> Self {
        self.on_submit = Some(message);
        self
    }

    /// An icon before the text, as in a search.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Keeps the label for assistive technology only.
    pub fn hide_label(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    /// Its width; all there is unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.width = width.into();
        self
    }

    /// 36 high, for tool bars.
    pub fn tool(mut self) -> Self {
        self.height = size::TOOL;
        self
    }

    /// Letters of one width, for keys and recovery codes.
    pub fn mono(mut self) -> Self {
        self.font = theme::MONO;
        self
    }

    fn shown(&self) -> String {
        match self.secure {
            Some(_) => "•".repeat(self.value.chars().count()),
            None => self.value.clone(),
        }
    }

    fn description(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.error, &self.caps_lock, &self.help]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();

        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// The box itself.
    fn frame(&mut self) -> Element<'a, M> {
        let shown = self.shown();
        let description = self.description();
        let invalid = self.invalid || self.error.is_some();
        let caps_shown = self.caps_lock.is_some();
        let wide = if self.height > size::CONTROL {
            space::L
        } else {
            space::M
        };

        let mut input = text_input(&self.placeholder, &self.value)
            .on_input_maybe(self.on_input.take())
            .on_submit_maybe(self.on_submit.clone())
            .secure(self.secure == Some(false))
            .font(self.font)
            .size(self.kind.size)
            .line_height(LineHeight::Absolute(Pixels(self.kind.line)))
            .padding(
                iced::Padding::new(wide)
                    .vertical((self.height - self.kind.line) / 2.0)
                    .left(if self.icon.is_some() { space::S } else { wide }),
            );

        if let Some(id) = self.id.clone() {
            input = input.id(id);
        }

        let leading = self.icon.map(|shown| {
            container(super::tinted(icon(shown, size::ICON), |tokens| {
                tokens.muted
            }))
            .padding(iced::padding::left(space::M))
        });
        let eye = self
            .reveal
            .take()
            .map(|reveal| eye(reveal, self.secure == Some(true)));

        let content = row![]
            .push(leading)
            .push(input)
            .push(eye)
            .height(self.height)
            .align_y(Alignment::Center);

        let role = match self.secure {
            Some(_) => Role::PasswordInput,
            None => Role::TextInput,
        };

        let mut control = labelled(
            role,
            self.label.clone(),
            container(content).width(self.width),
        )
        .frame()
        .value(shown)
        .description(description)
        .style(move |theme, status| style(theme, status.focused, invalid));

        if let Some(message) = self.on_caps_lock.take() {
            control = control.watch(move |event| {
                caps_lock(event)
                    .filter(|on| *on != caps_shown)
                    .map(&message)
            });
        }

        control.into()
    }
}

fn eye<'a, M: Clone + 'a>(reveal: Reveal<'a, M>, revealed: bool) -> Element<'a, M> {
    let shown = if revealed { Icon::EyeOff } else { Icon::Eye };
    let face = container(icon(shown, size::ICON)).center(size::IN_ROW);

    let control = labelled(Role::Button, reveal.name.clone(), face)
        .on_hold(reveal.message)
        .style(|theme, status| Style {
            border: border::rounded(radius::CHECK),
            text: Some(if status.hovered || status.focused {
                theme.tokens().text
            } else {
                theme.tokens().muted
            }),
            ..Style::default()
        });

    container(super::button::tip(
        control,
        reveal.name,
        tooltip::Position::Top,
    ))
    .padding(iced::padding::right(space::XS))
    .into()
}

fn style(theme: &Theme, focused: bool, invalid: bool) -> Style {
    let tokens = theme.tokens();
    let edge = match (focused, invalid) {
        // The ring stands for the edge.
        (true, _) => Color::TRANSPARENT,
        (_, true) => tokens.error.ink,
        _ => tokens.edge,
    };

    Style {
        background: Some(tokens.surface),
        border: border::rounded(radius::CONTROL)
            .width(tokens.edge_width)
            .color(edge),
        ring: invalid.then_some(tokens.error.ink),
        ..Style::default()
    }
}

impl<'a, M: Clone + 'a> From<Field<'a, M>> for Element<'a, M> {
    fn from(mut field: Field<'a, M>) -> Self {
        let frame = field.frame();
        let shown_label = (!field.hidden_label).then(|| label(field.label));
        let caps = field
            .caps_lock
            .map(|words| note(Icon::ArrowBigUp, words, Tone::Warning));
        let wrong = field
            .error
            .map(|words| note(Icon::CircleAlert, words, Tone::Error));
        let help = field.help.map(muted);

        // The place between label and box is constant, so that notes coming and going
        // leave the input's state where it was.
        let labelled = Column::new()
            .push(shown_label)
            .push(gap().height(if field.hidden_label {
                0.0
            } else {
                space::S - 2.0
            }))
            .push(frame)
            .width(field.width);

        labelled
            .push(caps.map(below))
            .push(wrong.map(below))
            .push(help.map(below))
            .into()
    }
}

/// Keeps a note clear of the focus ring.
fn below<'a, M: 'a>(note: impl Into<Element<'a, M>>) -> Element<'a, M> {
    container(note)
        .padding(iced::padding::top(space::S - 2.0))
        .into()
}
