//! The look: palettes, type, spacing, fonts.
//!
//! Every colour, size and font of the program is written here, so that a screen
//! cannot invent one. Knows nothing of screens, widgets or words.

mod catalog;
mod tokens;

use std::borrow::Cow;

use iced::font::{Family, Weight};
use iced::{Font, Pixels, Settings, theme};

pub use tokens::{Pair, Tokens};

/// The palette the window is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark text on light surfaces.
    #[default]
    Light,
    /// Light text on dark surfaces.
    Dark,
    /// Black on white, with heavier edges.
    HighContrastLight,
    /// White on black, with heavier edges.
    HighContrastDark,
}

impl Theme {
    /// The palette for a mode of the desktop.
    pub fn of(mode: theme::Mode, high_contrast: bool) -> Self {
        match (mode, high_contrast) {
            (theme::Mode::Dark, false) => Self::Dark,
            (theme::Mode::Dark, true) => Self::HighContrastDark,
            (theme::Mode::Light | theme::Mode::None, false) => Self::Light,
            (theme::Mode::Light | theme::Mode::None, true) => Self::HighContrastLight,
        }
    }

    /// Whether it is one of high contrast.
    pub fn is_high_contrast(self) -> bool {
        matches!(self, Self::HighContrastLight | Self::HighContrastDark)
    }

    /// The colours of this palette.
    pub fn tokens(self) -> &'static Tokens {
        match self {
            Theme::Light => &tokens::LIGHT,
            Theme::Dark => &tokens::DARK,
            Theme::HighContrastLight => &tokens::HIGH_CONTRAST_LIGHT,
            Theme::HighContrastDark => &tokens::HIGH_CONTRAST_DARK,
        }
    }
}

impl theme::Base for Theme {
    fn default(preference: theme::Mode) -> Self {
        Theme::of(preference, false)
    }

    fn mode(&self) -> theme::Mode {
        match self {
            Theme::Light | Theme::HighContrastLight => theme::Mode::Light,
            Theme::Dark | Theme::HighContrastDark => theme::Mode::Dark,
        }
    }

    fn base(&self) -> theme::Style {
        let tokens = self.tokens();

        theme::Style {
            background_color: tokens.bg,
            text_color: tokens.text,
        }
    }

    fn palette(&self) -> Option<theme::Palette> {
        None
    }

    fn name(&self) -> &str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::HighContrastLight => "high-contrast-light",
            Theme::HighContrastDark => "high-contrast-dark",
        }
    }
}

/// Distances, in logical pixels.
pub mod space {
    /// 4, between an icon and its word.
    pub const XS: f32 = 4.0;
    /// 8, between things that belong together.
    pub const S: f32 = 8.0;
    /// 12, inside controls.
    pub const M: f32 = 12.0;
    /// 16, between fields.
    pub const L: f32 = 16.0;
    /// 24, inside dialogs and between groups.
    pub const XL: f32 = 24.0;
    /// 32, inside the card in the middle.
    pub const XXL: f32 = 32.0;
}

/// Sizes of controls and surfaces, in logical pixels.
pub mod size {
    /// Height of a control in a form.
    pub const CONTROL: f32 = 40.0;
    /// Height of a control in a tool bar, and of a place in the side bar.
    pub const TOOL: f32 = 36.0;
    /// Height of a control in a row.
    pub const IN_ROW: f32 = 32.0;
    /// Height of the one wide code field.
    pub const CODE: f32 = 56.0;
    /// Height of a table's row.
    pub const ROW: f32 = 52.0;
    /// Height of a table's header.
    pub const HEADER: f32 = 36.0;
    /// An icon beside text.
    pub const ICON: f32 = 18.0;
    /// An icon in a badge or a note.
    pub const ICON_SMALL: f32 = 14.0;
    /// Width of the side bar.
    pub const SIDEBAR: f32 = 228.0;
    /// Width of the card in the middle of the window.
    pub const CARD: f32 = 400.0;
    /// Width of a dialog.
    pub const DIALOG: f32 = 520.0;
    /// Width of a page of panels.
    pub const PAGE: f32 = 640.0;
    /// Width of the panel of the demo.
    pub const DEMO: f32 = 300.0;
    /// What stands beside a panel of a page.
    pub const BESIDE: f32 = 320.0;
    /// The tick box and the radio's circle.
    pub const CHECK: f32 = 18.0;
    /// Thickness of the focus ring.
    pub const RING: f32 = 2.0;
    /// How far the shadow of a card falls.
    pub const SHADOW_FALL: f32 = 6.0;
    /// Distance of the focus ring from what it surrounds.
    pub const RING_GAP: f32 = 1.0;
}

/// Roundness of corners, in logical pixels.
pub mod radius {
    /// Check box.
    pub const CHECK: f32 = 4.0;
    /// Buttons and fields.
    pub const CONTROL: f32 = 8.0;
    /// Tables and cards in pages.
    pub const PANEL: f32 = 10.0;
    /// The card in the middle of the window.
    pub const CARD: f32 = 12.0;
    /// Dialogs.
    pub const DIALOG: f32 = 14.0;
    /// Badges and avatars: as round as they are high.
    pub const PILL: f32 = 999.0;
}

/// A type size with its line height, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Height of the letters.
    pub size: f32,
    /// Distance of lines.
    pub line: f32,
}

/// 12/16: notes, captions, badges.
pub const SMALL: Type = Type {
    size: 12.0,
    line: 16.0,
};
/// 14/20: everything else.
pub const BODY: Type = Type {
    size: 14.0,
    line: 20.0,
};
/// 16/24: the product's name.
pub const BRAND: Type = Type {
    size: 16.0,
    line: 24.0,
};
/// 18/24: titles of dialogs and panels.
pub const HEADING: Type = Type {
    size: 18.0,
    line: 24.0,
};
/// 20/24: counts.
pub const COUNT: Type = Type {
    size: 20.0,
    line: 24.0,
};
/// 24/32: titles of pages and cards.
pub const TITLE: Type = Type {
    size: 24.0,
    line: 32.0,
};
/// 28/36: the code field.
pub const CODE: Type = Type {
    size: 28.0,
    line: 36.0,
};

/// Text.
pub const REGULAR: Font = Font::with_name("Inter");
/// Labels and places.
pub const MEDIUM: Font = Font {
    weight: Weight::Medium,
    ..REGULAR
};
/// Titles, names and buttons.
pub const SEMIBOLD: Font = Font {
    weight: Weight::Semibold,
    ..REGULAR
};
/// Keys that are typed off the screen.
pub const MONO: Font = Font::with_name("JetBrains Mono");
/// The wide-set digits of the code field.
pub const CODE_FONT: Font = Font::with_name("Vestibule Code");
/// Lucide's icons.
pub const ICONS: Font = Font {
    family: Family::Name("lucide"),
    ..Font::DEFAULT
};

/// The embedded fonts, for the application's builder.
pub const FONTS: &[&[u8]] = &[
    include_bytes!("../../assets/fonts/Inter-Regular.otf"),
    include_bytes!("../../assets/fonts/Inter-Medium.otf"),
    include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
    include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf"),
    include_bytes!("../../assets/fonts/VestibuleCode-Regular.ttf"),
    lucide_icons::LUCIDE_FONT_BYTES,
];

/// The settings every window and every simulated screen starts from.
pub fn settings() -> Settings {
    Settings {
        fonts: FONTS.iter().map(|font| Cow::Borrowed(*font)).collect(),
        default_font: REGULAR,
        default_text_size: Pixels(BODY.size),
        ..Settings::default()
    }
}
