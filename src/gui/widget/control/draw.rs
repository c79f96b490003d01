//! The ring and the shadow.

use iced::advanced::{Renderer as _, renderer};
use iced::{Background, Border, Color, Rectangle, Renderer, Vector, border};

use crate::gui::theme::size;

/// Draws the ring on a layer of its own, so that what lies beside does not cover it.
pub(super) fn ring(
    renderer: &mut Renderer,
    bounds: Rectangle,
    border: Border,
    color: Color,
    viewport: &Rectangle,
) {
    let out = size::RING + size::RING_GAP;
    let ring = bounds.expand(out);
    let Some(clip) = ring.expand(size::RING_GAP).intersection(viewport) else {
        return;
    };
    let rounded = border.radius.top_left.min(bounds.height / 2.0) + out;

    renderer.with_layer(clip, |renderer| {
        renderer.fill_quad(
            renderer::Quad {
                bounds: ring,
                border: border::rounded(rounded).width(size::RING).color(color),
                ..renderer::Quad::default()
            },
            Background::Color(Color::TRANSPARENT),
        );
    });
}

/// Sheets the shadow is made of, and how far each reaches beyond the one before. Half of them end
/// under what casts it, as with a blur: at its edge the shadow has half its strength.
const SHEETS: u8 = 8;
const REACH: f32 = 3.0;

/// Draws a soft shadow as thin sheets, one wider than the other. iced's own is painted
/// past the redrawn part of the window by the software renderer (iced_tiny_skia 0.14.1,
/// `draw_quad`), so that everything under it darkens with every redraw.
pub(super) fn lift(renderer: &mut Renderer, bounds: Rectangle, border: Border, color: Color) {
    if color.a <= 0.0 {
        return;
    }

    let fall = Vector::new(0.0, size::SHADOW_FALL);
    let sheet = color.scale_alpha(1.0 / f32::from(SHEETS));

    for at in (1..=SHEETS).rev() {
        let reach = (f32::from(at) - f32::from(SHEETS) / 2.0) * REACH;

        renderer.fill_quad(
            renderer::Quad {
                bounds: bounds.expand(reach) + fall,
                border: border::rounded((border.radius.top_left + reach).max(0.0)),
                ..renderer::Quad::default()
            },
            Background::Color(sheet),
        );
    }
}
