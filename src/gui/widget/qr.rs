//! The picture an authenticator app scans: dark on white in every palette, whole pixels
//! for every module, and the quiet zone of four modules that ISO/IEC 18004 asks for.

use iced::Length;
use iced::widget::image;
use iced::widget::image::{FilterMethod, Handle};
use qrcode::{Color, QrCode};

use super::{Element, Role, labelled};

/// Modules of white around the code.
const QUIET: usize = 4;

/// The width a code may take, in logical pixels.
const WIDTH: u32 = 200;

/// Draws `payload` with one pixel for each module. `None` if it is too long for a code.
pub fn qr_handle(payload: &str) -> Option<Handle> {
    let code = QrCode::new(payload).ok()?;
    let modules = code.width();
    let width = modules + 2 * QUIET;
    let colors = code.to_colors();
    let mut pixels = vec![u8::MAX; width * width * 4];

    for (at, _) in colors
        .iter()
        .enumerate()
        .filter(|(_, color)| **color == Color::Dark)
    {
        let (x, y) = (at % modules + QUIET, at / modules + QUIET);
        let start = (y * width + x) * 4;

        pixels[start..start + 3].fill(0);
    }

    let side = u32::try_from(width).ok()?;

    Some(Handle::from_rgba(side, side, pixels))
}

/// A code from [`qr_handle`], at the largest whole scale that fits.
pub fn qr<'a, M: Clone + 'a>(name: impl Into<String>, handle: &Handle) -> Element<'a, M> {
    let side = match handle {
        Handle::Rgba { width, .. } => (WIDTH / width).max(2) * width,
        _ => WIDTH,
    };
    let picture = image(handle.clone())
        .width(Length::Fixed(side as f32))
        .height(Length::Fixed(side as f32))
        .filter_method(FilterMethod::Nearest);

    labelled(Role::Image, name, picture).into()
}
