//! Whether the server is reached: said in a banner while it is not, and tried again until it is.
//!
//! Nothing is asked of the person, and nothing that was typed is touched. An embedded practice is
//! always there, and nothing wakes the program for it.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use iced::Subscription;
use iced::futures::{Stream, stream};
use tokio::sync::watch;

use super::door::Door;
use super::live::Event;
use super::widget::{Element, Tone, banner, button};
use super::words::t;
use super::{App, Message};
use crate::api::Greet;

/// The seconds from one try to the next; the last goes on.
const AGAIN_AFTER: [u64; 5] = [1, 2, 5, 10, 20];

/// Says whenever the server is lost or found.
pub fn watched(door: Door) -> Subscription<bool> {
    match door.reached() {
        Some(reached) => Subscription::run_with(Reach { door, reached }, changes),
        None => Subscription::none(),
    }
}

/// Which server it is makes it another subscription.
struct Reach {
    door: Door,
    reached: watch::Receiver<bool>,
}

impl Hash for Reach {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.door.server().hash(state);
    }
}

fn changes(Reach { door, reached }: &Reach) -> impl Stream<Item = bool> + use<> {
    let state = (door.without(), reached.clone(), true);
    stream::unfold(state, |(door, mut reached, known)| async move {
        let mut tries = 0;
        while *reached.borrow_and_update() == known {
            if known {
                // The client is gone with the window.
                reached.changed().await.ok()?;
                continue;
            }
            let after = AGAIN_AFTER[tries.min(AGAIN_AFTER.len() - 1)];
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(after)) => {
                    tries += 1;
                    // Its answer is told by the way there itself.
                    let _ = door.call(Greet {}).await;
                }
                // Somebody asked for something, and was answered.
                changed = reached.changed() => changed.ok()?,
            }
        }
        Some((!known, (door, reached, !known)))
    })
}

impl App {
    /// What is to be said of the server.
    pub(super) fn unreached(&self) -> Option<Element<'_, Message>> {
        self.room.is_unreached().then(|| {
            let now = button(t("try-now"))
                .link()
                .on_press(Message::Room(Event::TryReaching));
            banner(Tone::Warning, t("server-lost"), Some(now.into()))
        })
    }
}
