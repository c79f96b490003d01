//! A table: header cells that sort, rows that show where the focus is.
//!
//! Which columns there are is the caller's: it leaves some out where the window is
//! narrow, in the header and in every row alike.

use iced::widget::{Column as Stack, Row as Line, container, row};
use iced::{Alignment, Length, border};
use lucide_icons::Icon;

use super::{Element, Role, Style, Theme, icon, labelled, ruler, text, tinted};
use crate::gui::theme::{self, radius, size, space};

/// Which way a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column: what stands in the header, and how wide it is.
pub struct Column<'a, M> {
    head: Element<'a, M>,
    width: Length,
}

impl<'a, M: Clone + 'a> Column<'a, M> {
    /// A column with a name.
    pub fn new(name: impl Into<String>, width: impl Into<Length>) -> Self {
        let name = name.into();

        Self {
            head: labelled(Role::ColumnHeader, name.clone(), head(name)).into(),
            width: width.into(),
        }
    }

    /// A column whose name sorts it when pressed; `sort` is how it is sorted now.
    pub fn sorted(
        name: impl Into<String>,
        width: impl Into<Length>,
        sort: Option<Sort>,
        on_press: M,
    ) -> Self {
        let name = name.into();
        let arrow = sort.map(|sort| {
            icon(
                match sort {
                    Sort::Ascending => Icon::ArrowUp,
                    Sort::Descending => Icon::ArrowDown,
                },
                size::ICON_SMALL,
            )
        });
        let face = row![head(name.clone())]
            .push(arrow.map(|arrow| tinted(arrow, |tokens| tokens.muted)))
            .spacing(space::XS)
            .align_y(Alignment::Center)
            .height(24);

        let control = labelled(Role::ColumnHeader, name, face)
            .on_press(on_press)
            .style(|_, _| Style {
                border: border::rounded(radius::CHECK),
                ..Style::default()
            });

        Self {
            head: control.into(),
            width: width.into(),
        }
    }

    /// A column whose header is a control, as the box that ticks all, or nothing.
    pub fn with(head: impl Into<Element<'a, M>>, width: impl Into<Length>) -> Self {
        Self {
            head: head.into(),
            width: width.into(),
        }
    }
}

fn head<'a>(name: String) -> iced::widget::Text<'a, Theme> {
    tinted(text::set(name, theme::SMALL, theme::SEMIBOLD), |tokens| {
        tokens.muted
    })
    .wrapping(iced::widget::text::Wrapping::None)
}

/// A row: one cell for each column.
pub struct Row<'a, M> {
    name: String,
    cells: Vec<Element<'a, M>>,
    selected: bool,
}

impl<'a, M: Clone + 'a> Row<'a, M> {
    /// A row; `name` is what assistive technology calls it, the person's as a rule.
    pub fn new(name: impl Into<String>, cells: Vec<Element<'a, M>>) -> Self {
        Self {
            name: name.into(),
            cells,
            selected: false,
        }
    }

    /// Whether it is ticked, or what its dialog is about.
    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }
}

fn line<'a, M: 'a>(
    cells: impl IntoIterator<Item = Element<'a, M>>,
    widths: &[Length],
    height: f32,
) -> Line<'a, M, Theme> {
    let cells = cells.into_iter().zip(widths).map(|(cell, width)| {
        container(cell)
            .width(*width)
            .height(height)
            .align_y(Alignment::Center)
            .clip(false)
            .into()
    });

    Line::with_children(cells)
        .spacing(space::M)
        .padding([0.0, space::L - 2.0])
        .align_y(Alignment::Center)
}

/// A table called `name`. Rows are 52 high.
pub fn table<'a, M: Clone + 'a>(
    name: impl Into<String>,
    columns: Vec<Column<'a, M>>,
    rows: Vec<Row<'a, M>>,
) -> Element<'a, M> {
    let (heads, widths): (Vec<_>, Vec<_>) = columns
        .into_iter()
        .map(|column| (column.head, column.width))
        .unzip();
    let last = rows.len().saturating_sub(1);

    let mut body = Stack::new().push(line(heads, &widths, size::HEADER));

    for (at, row) in rows.into_iter().enumerate() {
        let selected = row.selected;
        // The last row follows the table's round corners.
        let rounded = if at == last { radius::PANEL - 1.0 } else { 0.0 };

        body = body.push(ruler()).push(
            labelled(Role::Row, row.name, line(row.cells, &widths, size::ROW)).style(
                move |theme, status| Style {
                    // Half of it: what stands on it in that colour, as a face, is still seen.
                    background: (selected || status.within)
                        .then(|| theme.tokens().soft.scale_alpha(0.5)),
                    border: border::rounded(border::bottom(rounded)),
                    ..Style::default()
                },
            ),
        );
    }

    labelled(Role::Table, name, frame(body)).into()
}

fn frame<'a, M: 'a>(body: impl Into<Element<'a, M>>) -> Element<'a, M> {
    container(body)
        .padding(1)
        .width(Length::Fill)
        .style(|theme: &Theme| {
            let tokens = theme.tokens();

            container::Style {
                background: Some(tokens.surface.into()),
                border: border::rounded(radius::PANEL)
                    .width(tokens.edge_width)
                    .color(tokens.line),
                ..container::Style::default()
            }
        })
        .into()
}

/// A row that is still to come: grey bars where the text will be. Stands still, since
/// nothing may redraw while nothing changes.
pub fn skeleton_row<'a, M: 'a>(columns: usize) -> Element<'a, M> {
    let bars = (0..columns).map(|at| {
        let width = if at == 0 { 160 } else { 80 };

        container(
            container(iced::widget::space())
                .width(width)
                .height(space::M)
                .style(|theme: &Theme| container::Style {
                    background: Some(theme.tokens().neutral.fill.into()),
                    border: border::rounded(radius::CHECK),
                    ..container::Style::default()
                }),
        )
        .width(Length::FillPortion(if at == 0 { 2 } else { 1 }))
        .into()
    });

    container(Line::with_children(bars).spacing(space::M))
        .padding([0.0, space::L - 2.0])
        .height(size::ROW)
        .align_y(Alignment::Center)
        .into()
}
