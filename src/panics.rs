//! What a panic may say: where it was, and never what anybody typed. And how far it goes.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Waits for some work; none where it panics. What is caught so shares nothing with others but
/// what holds by itself: the database, atomic counters, connections that are dropped with it.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(
        |context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
            Ok(polled) => polled.map(Some),
            Err(_) => Poll::Ready(None),
        },
    )
    .await
}

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
