//! A window within the window.
//!
//! [`layers`] keeps what lies behind out of reach but alive; the dialog takes Escape.
//! Tab stays inside because nothing else can be reached.

use iced::keyboard::{Key, key::Named};
use iced::widget::{column, container, row, scrollable, stack};
use iced::{Alignment, Length, padding};
use lucide_icons::Icon;

use super::{Element, Role, Theme, heading, icon_button, inert, labelled, on_key, subtitle};
use crate::gui::theme::{self, radius, size, space};

/// How much higher a button is than a title, above and below it.
const HEAD: f32 = (size::TOOL - theme::HEADING.line) / 2.0;

/// A dialog. See [`dialog`].
pub struct Dialog<'a, M> {
    title: String,
    subtitle: Option<String>,
    close: String,
    on_close: M,
    content: Option<Element<'a, M>>,
    start: Option<Element<'a, M>>,
    footer: Vec<Element<'a, M>>,
    width: f32,
}

/// A dialog with a title and a cross named `close`; the cross and Escape say `on_close`.
pub fn dialog<'a, M: Clone + 'a>(
    title: impl Into<String>,
    close: impl Into<String>,
    on_close: M,
) -> Dialog<'a, M> {
    Dialog {
        title: title.into(),
        subtitle: None,
        close: close.into(),
        on_close,
        content: None,
        start: None,
        footer: Vec::new(),
        width: size::DIALOG,
    }
}

impl<'a, M: Clone + 'a> Dialog<'a, M> {
    /// The quieter line under the title: whom it is about.
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Self {
        self.subtitle = Some(subtitle.into());
        self
    }

    /// What stands between title and buttons.
    pub fn content(mut self, content: impl Into<Element<'a, M>>) -> Self {
        self.content = Some(content.into());
        self
    }

    /// Something at the left of the buttons, as a link.
    pub fn start(mut self, start: impl Into<Element<'a, M>>) -> Self {
        self.start = Some(start.into());
        self
    }

    /// One more button at the bottom right; the main one last.
    pub fn push(mut self, button: impl Into<Element<'a, M>>) -> Self {
        self.footer.push(button.into());
        self
    }

    /// Another width than 520, as for a question.
    pub fn width(mut self, width: f32) -> Self {
        self.width = width;
        self
    }
}

impl<'a, M: Clone + 'a> From<Dialog<'a, M>> for Element<'a, M> {
    fn from(dialog: Dialog<'a, M>) -> Self {
        let name = dialog.title.clone();
        let head = row![
            // So that the title stands in the middle of what closes it.
            column![heading(dialog.title)]
                .push(dialog.subtitle.map(subtitle))
                .padding(padding::top(HEAD))
                .width(Length::Fill),
            icon_button(Icon::X, dialog.close).on_press(dialog.on_close.clone()),
        ]
        .spacing(space::S);

        let footer = (!dialog.footer.is_empty() || dialog.start.is_some()).then(|| {
            row![
                container(dialog.start.unwrap_or_else(|| iced::widget::space().into()))
                    .width(Length::Fill)
            ]
            .extend(dialog.footer)
            .spacing(space::S)
            .align_y(Alignment::Center)
        });

        let whole = column![head]
            .push(dialog.content)
            .push(footer.map(|footer| container(footer).padding(padding::top(space::XS))))
            .spacing(space::M + 2.0)
            .padding(padding::all(space::XL).top(space::XL - HEAD));

        let sheet = container(scrollable(whole).width(Length::Fill))
            .width(Length::Fill)
            .max_width(dialog.width)
            // So that no scroller lies over the edge or a corner.
            .padding([radius::PANEL / 2.0, 1.0]);

        let sheet = labelled(Role::Dialog, name, sheet)
            .style(|theme, _| super::card::raised(theme, radius::DIALOG));

        let scrim = container(sheet)
            .center(Length::Fill)
            .padding(space::XL)
            .style(|theme: &Theme| container::Style::default().background(theme.tokens().scrim));

        let on_close = dialog.on_close;

        on_key(scrim, move |key, _| {
            (*key == Key::Named(Named::Escape)).then(|| on_close.clone())
        })
    }
}

/// Shows a dialog, if there is one, over `base`, which is out of reach meanwhile and gets
/// its focus back afterwards. Nests: the base may be layered itself.
pub fn layers<'a, M: 'a>(
    base: impl Into<Element<'a, M>>,
    dialog: Option<Element<'a, M>>,
) -> Element<'a, M> {
    // The same shape with and without, or the base would lose its state.
    stack![inert(base, dialog.is_some())].push(dialog).into()
}
