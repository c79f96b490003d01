//! The life of a session in the window: kept, resumed, locked, unlocked, handed over, ended.
//!
//! Every change of a session's token is seen in `App::follow`, whichever screen it comes of, and
//! kept from there. What a person had on the screen when it locked is put aside, drawn for
//! nobody, and given back to the same person alone.

mod hand_over;
mod keeping;

use iced::{Subscription, Task};

use super::door::Door;
use super::idle::{Due, Idle};
use super::watch::{self, Seen};
use super::widget::{Element, Tone, banner, button, toast, with_toast};
use super::words::t;
use super::{App, Message, SECOND, Said, Screen, alarm, faults, reach};
use crate::api::{Active, Error, Greet, Lasting, Token};
use crate::backend::{Backend, Home, Kept, Known};
use crate::domain::UserId;
use crate::keychain::Fault;
use hand_over::Aside;
pub use keeping::Recalled;
pub(super) use keeping::leave;
use keeping::{Here, end, keep, know_computer, recall};

/// What the window knows of sessions beside its screen.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) kept: Kept,
    live: Option<Live>,
    aside: Vec<Aside>,
    /// Who has signed in on this computer, the last one first.
    pub(super) people: Vec<Known>,
    /// Why what should be kept is not.
    unkept: Option<Fault>,
    /// Sessions that were left and whose end the backend has not confirmed.
    leaving: Vec<Door>,
    /// The number of the newest screen.
    screens: u32,
    closing: bool,
    /// The way to the backend, as anyone.
    way: Option<Door>,
    /// Whether the server is not reached.
    unreached: bool,
    /// The start found no server or no keyring, so that nobody's session could be looked at.
    recalls_again: bool,
}

/// The open session of the screen.
#[derive(Debug)]
struct Live {
    user: UserId,
    /// Under which it is kept in the keyring.
    email: String,
    token: Option<Token>,
    door: Door,
    idle: Idle,
}

/// What happens to sessions.
#[derive(Clone, Debug)]
pub enum Event {
    /// Who is known on this computer, and whose session goes on; asked on the screen with this
    /// number.
    Recalled(u32, Box<Recalled>),
    /// The keyring has been written, or not; who is known on this computer now.
    Kept(Result<(), Fault>, Vec<Known>),
    /// **Try again** of what could not be kept.
    TryKeeping,
    /// The backend knows of the activity in a session of this person.
    Told(UserId, Result<Lasting, Error>),
    /// Something happened in the window.
    Seen(Seen),
    /// Time has passed.
    Tick,
    /// A session that was left has ended, or not.
    Left(Box<Door>, Result<(), Error>),
    /// The server was reached again, or not any more.
    Reached(bool),
    /// **Try now**.
    TryReaching,
    /// Nothing that anybody waits for.
    Done,
    /// The window may go.
    Farewell,
}

impl Room {
    pub(super) fn new(kept: Kept) -> Self {
        Self {
            kept,
            live: None,
            aside: Vec::new(),
            people: Vec::new(),
            unkept: None,
            leaving: Vec::new(),
            screens: 0,
            closing: false,
            way: None,
            unreached: false,
            recalls_again: false,
        }
    }

    /// Whether the server is not reached.
    pub(super) fn is_unreached(&self) -> bool {
        self.unreached
    }

    /// Everything begins anew with another backend, but for the numbers: a late answer to an earlier
    /// screen stays one.
    pub(super) fn anew(&mut self, kept: Kept) {
        let screens = self.screens;
        *self = Self {
            screens,
            ..Self::new(kept)
        };
    }

    /// A number that no screen has had.
    pub(super) fn next_number(&mut self) -> u32 {
        self.screens += 1;
        self.screens
    }
}

impl App {
    /// Looks for what is kept of this backend, and for a session that goes on.
    pub(super) fn recall(&mut self, backend: Backend) -> Task<Message> {
        // A made-up practice stays where it is, and a server's is not here.
        let own = self.demo.is_none() && backend.server().is_none();
        let place = own.then(|| self.place.clone());
        let kept = self.room.kept.clone();
        // Known before it is asked: that a server does not answer is said at once.
        self.room.way = Some(Door::new(backend.clone(), kept.clone()));
        let shown = self.shown;
        Task::perform(recall(backend, place, kept), move |recalled| {
            Message::Room(Event::Recalled(shown, Box::new(recalled)))
        })
    }

    /// Looks once more for whoever was here, where the start could not, as long as nobody has begun
    /// anything else.
    fn recall_again(&mut self) -> Option<Task<Message>> {
        let again = std::mem::take(&mut self.room.recalls_again);
        match (&self.room.way, &self.screen) {
            (Some(way), Screen::SignIn(screen)) if again && screen.is_untouched() => {
                let backend = way.backend();
                Some(self.recall(backend))
            }
            _ => None,
        }
    }

    /// What has to be listened to.
    pub(super) fn watched(&self) -> Subscription<Message> {
        let next = self.room.live.as_ref().and_then(|live| {
            let due = live.idle.next(live.door.now())?;
            Some(alarm::at(due, live.door.clone()))
        });
        // A session that has not ended on the backend is tried again.
        let leaving =
            (!self.room.leaving.is_empty()).then(|| iced::time::every(SECOND).map(|_| ()));
        let times = next.into_iter().chain(leaving);
        let reach = match &self.room.way {
            Some(way) => reach::watched(way.clone()),
            None => Subscription::none(),
        };
        Subscription::batch([
            reach.map(|reached| Message::Room(Event::Reached(reached))),
            watch::window().map(|seen| Message::Room(Event::Seen(seen))),
            Subscription::batch(times).map(|()| Message::Room(Event::Tick)),
        ])
    }

    pub(super) fn event(&mut self, event: Event) -> Task<Message> {
        match event {
            Event::Recalled(asked_on, recalled) => self.recalled(asked_on, *recalled),
            Event::Kept(answer, people) => {
                self.room.unkept = answer.err();
                if !people.is_empty() {
                    self.room.people = people;
                }
                match self.room.unkept {
                    None => self.recall_again().unwrap_or_else(Task::none),
                    Some(_) => Task::none(),
                }
            }
            Event::TryKeeping => {
                let kept = self.room.kept.clone();
                Task::future(async move {
                    let done = kept.try_again().await;
                    let people = kept.people().await;
                    let done = done.and(people.as_ref().map(|_| ()).map_err(|fault| *fault));
                    Message::Room(Event::Kept(done, people.unwrap_or_default()))
                })
            }
            Event::Told(user, answer) => self.told(&user, answer),
            Event::Seen(Seen::LockKey) => self.lock(),
            Event::Seen(Seen::Close) => self.close(),
            Event::Seen(Seen::Window) => self.look_at_the_time(),
            Event::Seen(seen @ (Seen::Somebody | Seen::FindKey)) => {
                if let Some(live) = &mut self.room.live {
                    live.idle.moved();
                }
                let time = self.look_at_the_time();
                match &self.screen {
                    Screen::Home(screen) if seen == Seen::FindKey => {
                        Task::batch([time, self.run(screen.find(), Said::Home)])
                    }
                    _ => time,
                }
            }
            Event::Tick => {
                let time = self.look_at_the_time();
                let leaving = std::mem::take(&mut self.room.leaving);
                Task::batch(leaving.into_iter().map(leave).chain([time]))
            }
            Event::Left(
                door,
                Err(Error::Busy { .. } | Error::Unavailable { .. } | Error::Unreached { .. }),
            ) => {
                self.room.leaving.push(*door);
                Task::none()
            }
            Event::Left(..) | Event::Done => Task::none(),
            Event::Reached(reached) => self.reached(reached),
            // Its answer is told by the way there itself.
            Event::TryReaching => match &self.room.way {
                Some(way) => way.ask(Greet {}).map(|_| Message::Room(Event::Done)),
                None => Task::none(),
            },
            Event::Farewell => iced::exit(),
        }
    }

    /// The server is found or lost.
    fn reached(&mut self, reached: bool) -> Task<Message> {
        self.room.unreached = !reached;
        if !reached {
            return Task::none();
        }
        if let Some(task) = self.recall_again() {
            return task;
        }
        match &mut self.screen {
            Screen::SignIn(screen) => {
                let task = screen.found_again();
                self.run(task, Said::SignIn)
            }
            Screen::Home(screen) => {
                let task = screen.found_again();
                self.run(task, Said::Home)
            }
            Screen::Enrol(screen) => {
                let task = screen.found_again();
                self.run(task, Said::Enrol)
            }
            _ => Task::none(),
        }
    }

    fn recalled(&mut self, asked_on: u32, recalled: Recalled) -> Task<Message> {
        // Whoever has gone on meanwhile is not interrupted.
        if asked_on != self.shown {
            return Task::none();
        }
        if let Screen::SignIn(screen) = &mut self.screen
            && !screen.is_untouched()
        {
            let task = screen.found_again();
            return self.run(task, Said::SignIn);
        }
        self.room.recalls_again = recalled.unkept.is_some()
            || matches!(&recalled.here, Here::Ended(error) if faults::is_no_answer(error));
        self.room.kept = recalled.door.kept().clone();
        self.room.people = recalled.people;
        self.room.unkept = recalled.unkept;
        match recalled.here {
            Here::Nobody => self.sign_in(recalled.door, None),
            Here::Open(session) => self.home(session),
            Here::Locked(door, who) => self.show_lock(door, who, None),
            Here::Ended(error) => self.sign_in(recalled.door, Some(faults::sentence(&error))),
        }
    }

    /// Sees whether the session of the screen, or its token, is another one than before.
    pub(super) fn follow(&mut self) -> Task<Message> {
        let session = self.screen.session();
        let before = self.room.live.as_ref();
        let same_person = session
            .as_ref()
            .zip(before)
            .is_some_and(|(session, live)| live.user == session.me.user);
        match session {
            Some(session) if same_person => {
                let token = session.door.token();
                let email = &session.me.email;
                if before.is_some_and(|live| live.token == token && live.email == *email) {
                    return Task::none();
                }
                if let Some(live) = &mut self.room.live {
                    live.token = token;
                    live.email.clone_from(email);
                    live.door = session.door.clone();
                }
                keep(&session)
            }
            Some(session) => {
                let gone = self.leave();
                let mut idle = Idle::default();
                idle.moved();
                self.room.live = Some(Live {
                    user: session.me.user.clone(),
                    email: session.me.email.clone(),
                    token: session.door.token(),
                    door: session.door.clone(),
                    idle,
                });
                let here = self.look_at_the_time();
                Task::batch([gone, keep(&session).chain(know_computer(&session)), here])
            }
            None => self.leave(),
        }
    }

    /// The session of before is left, if there was one.
    fn leave(&mut self) -> Task<Message> {
        match self.room.live.take() {
            Some(live) => end(live.door, live.user),
            None => Task::none(),
        }
    }

    fn told(&mut self, user: &UserId, answer: Result<Lasting, Error>) -> Task<Message> {
        let Some(live) = self.room.live.as_mut().filter(|live| live.user == *user) else {
            return Task::none();
        };
        match answer {
            Ok(lasting) => live.idle.answered(Some(lasting)),
            Err(error @ (Error::Locked | Error::NotSignedIn)) => return self.ended(&error),
            Err(_) => live.idle.answered(None),
        }
        Task::none()
    }

    fn look_at_the_time(&mut self) -> Task<Message> {
        let Some(live) = &mut self.room.live else {
            return Task::none();
        };
        match live.idle.due(live.door.now()) {
            Due::Nothing => Task::none(),
            Due::Tell => {
                let user = live.user.clone();
                live.door
                    .ask(Active {})
                    .map(move |answer| Message::Room(Event::Told(user.clone(), answer)))
            }
            Due::Lock => self.lock(),
            Due::End => self.ended(&Error::NotSignedIn),
        }
    }

    fn seconds_left(&self) -> Option<i64> {
        let live = self.room.live.as_ref()?;
        live.idle.seconds_left(live.door.now())
    }

    /// Lays over the window what is to be said of the session.
    pub(super) fn with_countdown<'a>(
        &'a self,
        screen: Element<'a, Message>,
    ) -> Element<'a, Message> {
        let countdown = self
            .seconds_left()
            .map(|seconds| toast(Tone::Warning, t!("locks-in", seconds = seconds), None));
        with_toast(screen, countdown)
    }

    /// What is to be said of the keyring.
    pub(super) fn unkept(&self) -> Option<Element<'_, Message>> {
        let words = match self.room.unkept? {
            Fault::Locked => t("session-keyring-locked"),
            Fault::Silent => t("session-keyring-silent"),
            // Said already by the banner on where the practice's key is.
            Fault::Missing if self.keys == Home::File => return None,
            // Of nobody there is nothing to be kept.
            Fault::Missing if self.room.live.is_none() => return None,
            // Nothing is going to change about it.
            Fault::Missing => return Some(banner(Tone::Warning, t("session-no-keyring"), None)),
        };
        let again = button(t("try-again"))
            .link()
            .on_press(Message::Room(Event::TryKeeping));
        Some(banner(Tone::Warning, words, Some(again.into())))
    }
}
