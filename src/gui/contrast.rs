//! Whether the desktop is set to high contrast.

use iced::Subscription;

/// Told at the start and at each change, where the desktop has a portal for its settings (XDG
/// Settings portal, `org.freedesktop.appearance contrast`). Nothing is asked in between.
#[cfg(target_os = "linux")]
pub fn changes() -> Subscription<bool> {
    use iced::futures::StreamExt;
    use mundy::{Contrast, Interest, Preferences};

    Subscription::run(|| {
        Preferences::stream(Interest::Contrast).map(|asked| asked.contrast == Contrast::More)
    })
}

/// Not asked for elsewhere.
#[cfg(not(target_os = "linux"))]
pub fn changes() -> Subscription<bool> {
    Subscription::none()
}
