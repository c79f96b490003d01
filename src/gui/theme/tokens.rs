//! The four palettes, colour by colour. Text pairs reach 4.5:1 and edges of
//! controls 3:1 (WCAG 2.2, 1.4.3 and 1.4.11); a test computes it.

use iced::{Color, color};

/// A text colour and the fill it stands on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Words and icon.
    pub ink: Color,
    /// Behind them.
    pub fill: Color,
}

/// One palette.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    /// The window.
    pub bg: Color,
    /// Cards, tables, side bar.
    pub surface: Color,
    /// Dialogs, toasts.
    pub raised: Color,
    /// Text.
    pub text: Color,
    /// Text of less weight.
    pub muted: Color,
    /// Separators.
    pub line: Color,
    /// Borders of fields and buttons.
    pub edge: Color,
    /// The one main action.
    pub primary: Color,
    /// The main action under the pointer.
    pub primary_hover: Color,
    /// Text on the main action.
    pub on_primary: Color,
    /// Selected row or place, avatar, and things under the pointer.
    pub soft: Color,
    /// The focus ring.
    pub ring: Color,
    /// Behind a dialog.
    pub scrim: Color,
    /// Under cards and dialogs.
    pub shadow: Color,
    /// Two-factor is enabled; success.
    pub enabled: Pair,
    /// Activated; warnings.
    pub warning: Pair,
    /// Pending; information.
    pub info: Pair,
    /// Not set up.
    pub neutral: Pair,
    /// Errors.
    pub error: Pair,
    /// Width of edges of controls.
    pub edge_width: f32,
    /// Whether badges and notices need a border to be told apart.
    pub outlined: bool,
}

const fn pair(ink: Color, fill: Color) -> Pair {
    Pair { ink, fill }
}

/// Light.
pub(super) const LIGHT: Tokens = Tokens {
    bg: color!(0xF4F6F6),
    surface: color!(0xFFFFFF),
    raised: color!(0xFFFFFF),
    text: color!(0x172124),
    muted: color!(0x566569),
    line: color!(0xD6DEE0),
    edge: color!(0x7E8F94),
    primary: color!(0x0B6B6B),
    primary_hover: color!(0x095A5A),
    on_primary: color!(0xFFFFFF),
    soft: color!(0xE4F1F0),
    ring: color!(0x0B6B6B),
    scrim: color!(0x172124, 0.5),
    shadow: color!(0x172124, 0.08),
    enabled: pair(color!(0x14633A), color!(0xE1F3E8)),
    warning: pair(color!(0x7A4D00), color!(0xFFF1D2)),
    info: pair(color!(0x1D4E89), color!(0xE3EDFA)),
    neutral: pair(color!(0x48575C), color!(0xEAEEEF)),
    error: pair(color!(0xA5221A), color!(0xFCE9E7)),
    edge_width: 1.0,
    outlined: false,
};

/// Dark.
pub(super) const DARK: Tokens = Tokens {
    bg: color!(0x12181A),
    surface: color!(0x1A2225),
    raised: color!(0x20292D),
    text: color!(0xE6EDEE),
    muted: color!(0x9FB1B5),
    line: color!(0x2E3A3E),
    edge: color!(0x6F8288),
    primary: color!(0x56C4BD),
    primary_hover: color!(0x6FD2CB),
    on_primary: color!(0x06211F),
    soft: color!(0x17302F),
    ring: color!(0x7FE0D9),
    scrim: color!(0x000000, 0.6),
    shadow: color!(0x000000, 0.3),
    enabled: pair(color!(0x7FD6A4), color!(0x153024)),
    warning: pair(color!(0xF0C26A), color!(0x352A12)),
    info: pair(color!(0x8FBBF0), color!(0x182A42)),
    neutral: pair(color!(0xAEBEC2), color!(0x263135)),
    error: pair(color!(0xF29A92), color!(0x3A1D1B)),
    edge_width: 1.0,
    outlined: false,
};

/// Black on white.
pub(super) const HIGH_CONTRAST_LIGHT: Tokens = Tokens {
    bg: color!(0xFFFFFF),
    surface: color!(0xFFFFFF),
    raised: color!(0xFFFFFF),
    text: color!(0x000000),
    muted: color!(0x1F1F1F),
    line: color!(0x000000),
    edge: color!(0x000000),
    primary: color!(0x000000),
    primary_hover: color!(0x333333),
    on_primary: color!(0xFFFFFF),
    soft: color!(0xE6E6E6),
    ring: color!(0x0033CC),
    scrim: color!(0x000000, 0.75),
    shadow: color!(0x000000, 0.0),
    enabled: pair(color!(0x00401F), color!(0xFFFFFF)),
    warning: pair(color!(0x4A2F00), color!(0xFFFFFF)),
    info: pair(color!(0x00275C), color!(0xFFFFFF)),
    neutral: pair(color!(0x000000), color!(0xFFFFFF)),
    error: pair(color!(0x8A0000), color!(0xFFFFFF)),
    edge_width: 2.0,
    outlined: true,
};

/// White on black.
pub(super) const HIGH_CONTRAST_DARK: Tokens = Tokens {
    bg: color!(0x000000),
    surface: color!(0x000000),
    raised: color!(0x000000),
    text: color!(0xFFFFFF),
    muted: color!(0xE6E6E6),
    line: color!(0xFFFFFF),
    edge: color!(0xFFFFFF),
    primary: color!(0xFFFFFF),
    primary_hover: color!(0xCCCCCC),
    on_primary: color!(0x000000),
    soft: color!(0x262626),
    ring: color!(0xFFE600),
    scrim: color!(0x000000, 0.75),
    shadow: color!(0x000000, 0.0),
    enabled: pair(color!(0x8CFFB8), color!(0x000000)),
    warning: pair(color!(0xFFD966), color!(0x000000)),
    info: pair(color!(0xA8D1FF), color!(0x000000)),
    neutral: pair(color!(0xFFFFFF), color!(0x000000)),
    error: pair(color!(0xFFA8A0), color!(0x000000)),
    edge_width: 2.0,
    outlined: true,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn contrast(a: Color, b: Color) -> f32 {
        let (a, b) = (a.relative_luminance(), b.relative_luminance());

        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_and_edges_reach_wcag_contrast() {
        for tokens in [LIGHT, DARK, HIGH_CONTRAST_LIGHT, HIGH_CONTRAST_DARK] {
            for ground in [tokens.bg, tokens.surface, tokens.raised] {
                assert!(contrast(tokens.text, ground) >= 4.5);
                assert!(contrast(tokens.muted, ground) >= 4.5);
                assert!(contrast(tokens.primary, ground) >= 4.5);
                assert!(contrast(tokens.ring, ground) >= 3.0);
                assert!(contrast(tokens.error.ink, ground) >= 4.5);
                assert!(contrast(tokens.warning.ink, ground) >= 4.5);
                assert!(contrast(tokens.edge, ground) >= 3.0);
            }

            assert!(contrast(tokens.on_primary, tokens.primary) >= 4.5);
            assert!(contrast(tokens.on_primary, tokens.primary_hover) >= 4.5);
            assert!(contrast(tokens.primary, tokens.soft) >= 4.5);

            for pair in [
                tokens.enabled,
                tokens.warning,
                tokens.info,
                tokens.neutral,
                tokens.error,
            ] {
                assert!(contrast(pair.ink, pair.fill) >= 4.5);
            }
        }
    }
}
