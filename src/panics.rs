//! What a panic may say: where it was, and never what anybody typed.

use std::panic::PanicHookInfo;

/// From now on a panic of this program tells its place, and its words only if they were written
/// in the source: others may be made of a password or a code.
pub fn tell_places_only() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{}", told(panic))));
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let place = panic
        .location()
        .map_or_else(String::new, |at| format!(" at {at}"));
    match panic.payload().downcast_ref::<&'static str>() {
        Some(words) => format!("Vestibule panicked{place}: {words}"),
        None => format!("Vestibule panicked{place}"),
    }
}
