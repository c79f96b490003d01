//! The desktop's face: the only place that names `iced`.
//!
//! Knows screens, widgets, theme and words. Must not know the service or the store: everything
//! is asked of [`crate::backend::Backend`] in calls. The one `match` of `App::hear` tells
//! which screen leads to which.

mod alarm;
mod clipboard;
mod clocks;
mod contrast;
mod demo;
mod digits;
mod door;
mod faults;
mod home;
mod idle;
mod live;
mod opening;
mod password;
mod poll;
mod printing;
mod reach;
mod saving;
mod screen;
mod sending;
mod shown;
mod starts;
mod status;
mod step_up;
#[cfg(test)]
mod tests;
pub mod theme;
mod to_keep;
mod watch;
mod ways;
mod when;
pub mod widget;

use iced::theme::Base;
use iced::{Size, Subscription, Task, window};

use crate::api::RecoveryDue;
use crate::backend::{Embedded, Home, OpenFault, Opened};
use crate::settings::Settings;
use crate::words;
use door::Session;
pub(crate) use faults::{keeping as keep_fault, moment, sentence as error};
use live::Room;
pub use opening::Start;
use screen::{
    code, connect, enrol, first_run, lock, moving, recovery_codes, recovery_key, redeem, sign_in,
    trouble,
};
use theme::{Theme, size};

const SECOND: std::time::Duration = std::time::Duration::from_secs(1);
/// The size of the window at the first start.
const WINDOW: Size = Size::new(1200.0, 760.0);
/// The smallest that every screen is made for.
const SMALLEST: Size = Size::new(640.0, 480.0);

/// The window's program.
pub fn application(start: Start) -> iced::Application<impl iced::Program> {
    let settings = iced::Settings {
        id: Some("io.github.vestibule.Vestibule".into()),
        ..theme::settings()
    };
    let beside = start.demo.as_ref().map_or(0.0, |_| size::DEMO);
    iced::application(move || App::new(start.clone()), App::update, App::view)
        .settings(settings)
        .title(App::title)
        .theme(App::theme)
        .subscription(App::subscription)
        .window(window::Settings {
            size: WINDOW,
            min_size: Some(SMALLEST + Size::new(beside, 0.0)),
            // To close is to lock first.
            exit_on_close_request: false,
            ..window::Settings::default()
        })
}

/// Opens the window and runs until it is closed.
pub fn run(start: Start) -> iced::Result {
    application(start).run()
}

struct App {
    place: Embedded,
    settings: Settings,
    /// The made-up practice, where this is one.
    demo: Option<demo::State>,
    screen: Screen,
    /// Counts the screens shown: an answer to an earlier one is dropped.
    shown: u32,
    room: Room,
    /// Where the keys of the embedded practice are kept.
    keys: Home,
    theme: Theme,
    /// Of the window.
    width: f32,
}

enum Screen {
    Opening,
    Trouble(trouble::State),
    /// Over the screen that it was opened from, if there was one.
    Connect(connect::State, Option<Box<Screen>>),
    FirstRun(first_run::State),
    RecoveryKey(recovery_key::State, Box<Arrival>),
    SignIn(sign_in::State),
    Lock(lock::State),
    Redeem(redeem::State),
    Code(code::State),
    Enrol(Box<enrol::State>),
    RecoveryCodes(Box<recovery_codes::State>),
    Moving(Box<moving::State>),
    Home(Box<home::State>),
}

/// A completed sign-in on its way in.
struct Arrival {
    session: Session,
    offer: Option<crate::api::Offer>,
    recovery: Option<RecoveryDue>,
}

#[derive(Clone, Debug)]
enum Message {
    /// What was found of the practice; asked on the screen with this number.
    Opened(u32, Result<Opened, OpenFault>),
    ThemeIs(iced::theme::Mode),
    /// Whether the desktop is set to high contrast.
    ContrastIs(bool),
    Resized(Size),
    /// What the panel of the demo shows.
    Demo(demo::Shown),
    /// A second has passed while something on the screen changes by the second.
    Tick,
    /// To whatever is known of sessions beside the screen.
    Room(live::Event),
    /// To the screen with this number.
    Screen(u32, Said),
}

#[derive(Clone, Debug)]
enum Said {
    Trouble(trouble::Message),
    Connect(connect::Message),
    FirstRun(first_run::Message),
    RecoveryKey(recovery_key::Message),
    SignIn(sign_in::Message),
    Lock(lock::Message),
    Redeem(redeem::Message),
    Code(code::Message),
    Enrol(enrol::Message),
    RecoveryCodes(recovery_codes::Message),
    Moving(moving::Message),
    Home(home::Message),
}

impl App {
    fn theme(&self) -> Theme {
        self.theme
    }

    fn subscription(&self) -> Subscription<Message> {
        Subscription::batch([
            iced::system::theme_changes().map(Message::ThemeIs),
            contrast::changes().map(Message::ContrastIs),
            window::resize_events().map(|(_, size)| Message::Resized(size)),
            match self.tick() {
                Some(_) => iced::time::every(SECOND).map(|_| Message::Tick),
                // Nothing wakes the program while nothing changes.
                None => Subscription::none(),
            },
            self.watched(),
            match &self.demo {
                Some(demo) => demo.subscription().map(Message::Demo),
                None => Subscription::none(),
            },
        ])
    }

    fn update(&mut self, message: Message) -> Task<Message> {
        let task = self.take(message);
        Task::batch([task, self.follow()])
    }

    fn take(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::ThemeIs(mode) => {
                self.theme = Theme::of(mode, self.theme.is_high_contrast());
                Task::none()
            }
            Message::ContrastIs(high) => {
                self.theme = Theme::of(self.theme.mode(), high);
                Task::none()
            }
            Message::Resized(size) => {
                self.width = size.width;
                Task::none()
            }
            Message::Demo(shown) => {
                if let Some(demo) = &mut self.demo {
                    demo.show(shown);
                }
                Task::none()
            }
            // Whoever has gone on meanwhile is not interrupted.
            Message::Opened(asked_on, _) if asked_on != self.shown => Task::none(),
            Message::Opened(_, opened) => self.opened(opened),
            Message::Tick => match self.tick() {
                Some(said) => self.hear(said),
                None => Task::none(),
            },
            Message::Room(event) => self.event(event),
            Message::Screen(shown, said) if shown != self.shown => self.hear_aside(shown, said),
            Message::Screen(_, said) => self.hear(said),
        }
    }

    /// Which screen leads to which.
    fn hear(&mut self, said: Said) -> Task<Message> {
        match (&mut self.screen, said) {
            (Screen::Trouble(screen), Said::Trouble(message)) => match screen.update(message) {
                trouble::Action::Run(task) => self.run(task, Said::Trouble),
                trouble::Action::TryAgain => self.open(),
                trouble::Action::Connect => self.choose_server(),
                trouble::Action::Go(opened) => self.opened(Ok(*opened)),
            },
            (Screen::Connect(screen, _), Said::Connect(message)) => {
                let action = screen.update(message);
                self.connecting(action)
            }
            (Screen::FirstRun(screen), Said::FirstRun(message)) => match screen.update(message) {
                first_run::Action::Run(task) => self.run(task, Said::FirstRun),
                first_run::Action::Connect => self.choose_server(),
                first_run::Action::Go(made) => {
                    self.keys = made.keys;
                    self.room.kept = made.door.kept().clone();
                    let founded = made.founded;
                    let practice = founded.admitted.me.practice_name.clone();
                    let arrival = Box::new(Arrival::new(&made.door, founded.admitted));
                    let new = recovery_key::State::new(&practice, founded.recovery_key);
                    self.show(
                        new,
                        |screen| Screen::RecoveryKey(screen, arrival),
                        Said::RecoveryKey,
                    )
                }
            },
            (Screen::RecoveryKey(screen, _), Said::RecoveryKey(message)) => {
                match screen.update(message) {
                    recovery_key::Action::Run(task) => self.run(task, Said::RecoveryKey),
                    recovery_key::Action::Done => self.arrive(),
                }
            }
            (Screen::SignIn(screen), Said::SignIn(message)) => match screen.update(message) {
                sign_in::Action::Run(task) => self.run(task, Said::SignIn),
                sign_in::Action::Go(outcome) => {
                    let door = screen.door();
                    self.go(door, *outcome)
                }
                sign_in::Action::Locked(door, who) => self.picked(*door, who),
                sign_in::Action::Forgot(door, email, resets) => {
                    self.forgotten(*door, email, resets)
                }
                sign_in::Action::Connect => self.choose_server(),
                sign_in::Action::Redeem => {
                    let new = redeem::State::new(screen.door());
                    self.show(new, Screen::Redeem, Said::Redeem)
                }
            },
            (Screen::Lock(screen), Said::Lock(message)) => {
                let action = screen.update(message);
                self.locked(action)
            }
            (Screen::Redeem(screen), Said::Redeem(message)) => match screen.update(message) {
                redeem::Action::Run(task) => self.run(task, Said::Redeem),
                redeem::Action::Go(outcome) => {
                    let door = screen.door();
                    self.go(door, *outcome)
                }
                redeem::Action::Back => {
                    let door = screen.door();
                    self.sign_in(door, None)
                }
            },
            (Screen::Code(screen), Said::Code(message)) => match screen.update(message) {
                code::Action::Run(task) => self.run(task, Said::Code),
                code::Action::Go(outcome) => {
                    let door = screen.door();
                    self.go(door, *outcome)
                }
                code::Action::Back(told) => {
                    let door = screen.door();
                    match told {
                        Some(_) => self.sign_in(door, told),
                        // Somebody else: nobody's address is filled in.
                        None => Task::batch([self.switch_user(door.clone()), live::leave(door)]),
                    }
                }
            },
            (Screen::Enrol(screen), Said::Enrol(message)) => match screen.update(message) {
                enrol::Action::Run(task) => self.run(task, Said::Enrol),
                enrol::Action::In(session) => self.home(*session),
                enrol::Action::Enabled(session) => self.new_codes(*session),
                enrol::Action::SignedOut(session) => {
                    let door = screen.door();
                    let sign_in = self.sign_in(door.clone(), None);
                    match session {
                        // Seen by `follow`, which ends it.
                        Some(session) => {
                            self.forget_aside(&session);
                            sign_in
                        }
                        None => Task::batch([sign_in, live::leave(door)]),
                    }
                }
                enrol::Action::Ended(error) => self.ended(&error),
                enrol::Action::Back(told) => {
                    let door = screen.door();
                    self.sign_in(door, told)
                }
            },
            (Screen::RecoveryCodes(screen), Said::RecoveryCodes(message)) => {
                match screen.update(message) {
                    recovery_codes::Action::Run(task) => self.run(task, Said::RecoveryCodes),
                    recovery_codes::Action::In(session, offer) => {
                        self.admit(Arrival::after_codes(*session, offer))
                    }
                    recovery_codes::Action::Replace(session) => self.replace_method(*session),
                    recovery_codes::Action::Ended(error) => self.ended(&error),
                }
            }
            (Screen::Moving(screen), Said::Moving(message)) => match screen.update(message) {
                moving::Action::Run(task) => self.run(task, Said::Moving),
                moving::Action::Back(session) => self.home(*session),
                moving::Action::Gone => self.moved_away(),
                moving::Action::Ended(error) => self.ended(&error),
            },
            (Screen::Home(screen), Said::Home(message)) => match screen.update(message) {
                home::Action::Run(task) => self.run(task, Said::Home),
                home::Action::SignedOut => {
                    let door = screen.door();
                    self.sign_in(door, None)
                }
                home::Action::RecoveryCodes(session) => {
                    // It comes back as it was, with all that was typed.
                    self.put_aside();
                    self.new_codes(*session)
                }
                home::Action::In(session) => self.home(*session),
                home::Action::Move(session) => self.move_away(*session),
                home::Action::Locked => self.lock(),
                home::Action::SetUpDue => self.set_up_due(),
                home::Action::Ended(error) => self.ended(&error),
            },
            // An answer to a screen that is not shown any more.
            _ => Task::none(),
        }
    }

    /// Shows another screen; what the one before still waits for is not listened to any more.
    fn show<S, M: Send + 'static>(
        &mut self,
        (screen, task): (S, Task<M>),
        wrap: impl FnOnce(S) -> Screen,
        said: fn(M) -> Said,
    ) -> Task<Message> {
        self.shown = self.room.next_number();
        self.screen = wrap(screen);
        self.run(task, said)
    }

    fn run<M: Send + 'static>(&self, task: Task<M>, said: fn(M) -> Said) -> Task<Message> {
        let shown = self.shown;
        task.map(move |message| Message::Screen(shown, said(message)))
    }
}
