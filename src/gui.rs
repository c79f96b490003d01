//! The desktop's face: theme and widgets. The only place that names `iced`.

pub mod theme;
pub mod widget;
