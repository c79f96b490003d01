//! The desktop's face: the only place that names `iced`.
//!
//! Knows screens, widgets, theme and words. Must not know the service or the store: everything
//! is asked of [`crate::backend::Backend`] in calls. The one `match` of `App::hear` tells
//! which screen leads to which.

mod clipboard;
mod digits;
mod door;
mod faults;
mod home;
mod password;
mod screen;
mod status;
mod step_up;
#[cfg(test)]
mod tests;
pub mod theme;
mod to_keep;
mod when;
pub mod widget;

use iced::widget::{column, container};
use iced::{Length, Size, Subscription, Task, window};

use crate::api::Outcome;
use crate::backend::{Embedded, Home, OpenFault, Opened};
use crate::words;
use door::{Door, Session};
pub(crate) use faults::{moment, sentence as error};
pub(crate) use screen::trouble::words as open_fault;

use screen::{code, enrol, first_run, recovery_key, redeem, sign_in, trouble};
use theme::Theme;
use widget::{Element, Tone, banner, brand, centred};
use words::t;

/// The size of the window at the first start.
const WINDOW: Size = Size::new(1200.0, 760.0);
/// The smallest that every screen is made for.
const SMALLEST: Size = Size::new(640.0, 480.0);

/// Opens the window and runs until it is closed.
pub fn run(place: Embedded) -> iced::Result {
    let settings = iced::Settings {
        id: Some("io.github.vestibule.Vestibule".into()),
        ..theme::settings()
    };
    iced::application(move || App::new(place.clone()), App::update, App::view)
        .settings(settings)
        .title(App::title)
        .theme(App::theme)
        .subscription(App::subscription)
        .window(window::Settings {
            size: WINDOW,
            min_size: Some(SMALLEST),
            ..window::Settings::default()
        })
        .run()
}

/// Where the keys of the embedded practice are kept, as far as the screens care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In the OS keyring.
    Keyring,
    /// In a file, since there is no keyring: a banner says so.
    File,
}

impl From<Home> for Storage {
    fn from(home: Home) -> Self {
        match home {
            Home::Keyring => Self::Keyring,
            Home::File => Self::File,
        }
    }
}

struct App {
    place: Embedded,
    screen: Screen,
    /// Counts the screens shown: an answer to an earlier one is dropped.
    shown: u32,
    storage: Storage,
    theme: Theme,
    width: f32,
}

enum Screen {
    Opening,
    Trouble(trouble::State),
    FirstRun(first_run::State),
    RecoveryKey(recovery_key::State, Box<Arrival>),
    SignIn(sign_in::State),
    Redeem(redeem::State),
    Code(code::State),
    Enrol(Box<enrol::State>),
    Home(Box<home::State>),
}

/// A completed sign-in on its way in.
struct Arrival {
    door: Door,
    admitted: crate::api::Admitted,
}

#[derive(Clone, Debug)]
enum Message {
    Opened(Result<Opened, OpenFault>),
    ThemeIs(iced::theme::Mode),
    Resized(Size),
    /// To the screen with this number.
    Screen(u32, Said),
}

#[derive(Clone, Debug)]
enum Said {
    Trouble(trouble::Message),
    FirstRun(first_run::Message),
    RecoveryKey(recovery_key::Message),
    SignIn(sign_in::Message),
    Redeem(redeem::Message),
    Code(code::Message),
    Enrol(enrol::Message),
    Home(home::Message),
}

impl App {
    fn new(place: Embedded) -> (Self, Task<Message>) {
        let app = Self {
            place,
            screen: Screen::Opening,
            shown: 0,
            storage: Storage::Keyring,
            theme: Theme::default(),
            width: WINDOW.width,
        };
        let start = Task::batch([app.open(), iced::system::theme().map(Message::ThemeIs)]);
        (app, start)
    }

    fn open(&self) -> Task<Message> {
        let place = self.place.clone();
        Task::perform(async move { place.open().await }, Message::Opened)
    }

    fn title(&self) -> String {
        let screen = match &self.screen {
            Screen::Opening => return t("product"),
            Screen::Trouble(screen) => screen.title(),
            Screen::FirstRun(screen) => screen.title(),
            Screen::RecoveryKey(screen, _) => screen.title(),
            Screen::SignIn(screen) => screen.title(),
            Screen::Redeem(screen) => screen.title(),
            Screen::Code(screen) => screen.title(),
            Screen::Enrol(screen) => screen.title(),
            Screen::Home(screen) => screen.title(),
        };
        format!("{screen} - {}", t("product"))
    }

    fn theme(&self) -> Theme {
        self.theme
    }

    fn subscription(&self) -> Subscription<Message> {
        Subscription::batch([
            iced::system::theme_changes().map(Message::ThemeIs),
            window::resize_events().map(|(_, size)| Message::Resized(size)),
        ])
    }

    fn update(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::ThemeIs(mode) => {
                self.theme = match mode {
                    iced::theme::Mode::Dark => Theme::Dark,
                    _ => Theme::Light,
                };
                Task::none()
            }
            Message::Resized(size) => {
                self.width = size.width;
                Task::none()
            }
            Message::Opened(Err(fault)) => {
                let new = trouble::State::new(fault, self.place.clone());
                self.show(new, Screen::Trouble, Said::Trouble)
            }
            Message::Opened(Ok(Opened::FirstRun)) => {
                let new = first_run::State::new(self.place.clone());
                self.show(new, Screen::FirstRun, Said::FirstRun)
            }
            Message::Opened(Ok(Opened::Ready(backend, home))) => {
                self.storage = home.into();
                self.sign_in(Door::new(backend), None)
            }
            Message::Screen(shown, _) if shown != self.shown => Task::none(),
            Message::Screen(_, said) => self.hear(said),
        }
    }

    /// Which screen leads to which.
    fn hear(&mut self, said: Said) -> Task<Message> {
        match (&mut self.screen, said) {
            (Screen::Trouble(screen), Said::Trouble(message)) => match screen.update(message) {
                trouble::Action::Run(task) => self.run(task, Said::Trouble),
                trouble::Action::TryAgain => self.open(),
                trouble::Action::Go(opened) => self.update(Message::Opened(Ok(opened))),
            },
            (Screen::FirstRun(screen), Said::FirstRun(message)) => match screen.update(message) {
                first_run::Action::Run(task) => self.run(task, Said::FirstRun),
                first_run::Action::Go(made) => {
                    self.storage = made.storage;
                    let founded = made.founded;
                    let practice = founded.admitted.me.practice_name.clone();
                    let arrival = Box::new(Arrival {
                        door: made.door,
                        admitted: founded.admitted,
                    });
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
                    self.go(door, outcome)
                }
                sign_in::Action::Redeem => {
                    let new = redeem::State::new(screen.door());
                    self.show(new, Screen::Redeem, Said::Redeem)
                }
            },
            (Screen::Redeem(screen), Said::Redeem(message)) => match screen.update(message) {
                redeem::Action::Run(task) => self.run(task, Said::Redeem),
                redeem::Action::Go(outcome) => {
                    let door = screen.door();
                    self.go(door, outcome)
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
                    self.go(door, outcome)
                }
                code::Action::Back(told) => {
                    let door = screen.door();
                    self.sign_in(door, told)
                }
            },
            (Screen::Enrol(screen), Said::Enrol(message)) => match screen.update(message) {
                enrol::Action::Run(task) => self.run(task, Said::Enrol),
                enrol::Action::In(session) => self.home(*session),
                enrol::Action::Back(told) => {
                    let door = screen.door();
                    self.sign_in(door, told)
                }
            },
            (Screen::Home(screen), Said::Home(message)) => match screen.update(message) {
                home::Action::Run(task) => self.run(task, Said::Home),
                home::Action::SignedOut(told) => {
                    let door = screen.door();
                    self.sign_in(door, told)
                }
                home::Action::SetUpDue => {
                    let door = screen.door();
                    self.sign_in(door, Some(t("fault-set-up-due")))
                }
            },
            // An answer to a screen that is not shown any more.
            _ => Task::none(),
        }
    }

    fn go(&mut self, door: Door, outcome: Outcome) -> Task<Message> {
        match outcome {
            Outcome::Code(due) => {
                let new = code::State::new(&door, due);
                self.show(new, Screen::Code, Said::Code)
            }
            Outcome::SetUp(due) => {
                let new = enrol::State::due(&door, due);
                self.show(new, |screen| Screen::Enrol(Box::new(screen)), Said::Enrol)
            }
            Outcome::In(admitted) => self.admit(Arrival { door, admitted }),
        }
    }

    fn arrive(&mut self) -> Task<Message> {
        match std::mem::replace(&mut self.screen, Screen::Opening) {
            Screen::RecoveryKey(_, arrival) => self.admit(*arrival),
            other => {
                self.screen = other;
                Task::none()
            }
        }
    }

    fn admit(&mut self, Arrival { door, admitted }: Arrival) -> Task<Message> {
        let session = Session::new(&door, &admitted);
        match &admitted.offer {
            Some(offer) => {
                let new = enrol::State::offered(session, offer);
                self.show(new, |screen| Screen::Enrol(Box::new(screen)), Said::Enrol)
            }
            None => self.home(session),
        }
    }

    fn home(&mut self, session: Session) -> Task<Message> {
        let new = home::State::new(session);
        self.show(new, |screen| Screen::Home(Box::new(screen)), Said::Home)
    }

    fn sign_in(&mut self, door: Door, told: Option<String>) -> Task<Message> {
        let new = sign_in::State::new(door.without(), told);
        self.show(new, Screen::SignIn, Said::SignIn)
    }

    /// Shows another screen; what the one before still waits for is not listened to any more.
    fn show<S, M: Send + 'static>(
        &mut self,
        (screen, task): (S, Task<M>),
        wrap: impl FnOnce(S) -> Screen,
        said: fn(M) -> Said,
    ) -> Task<Message> {
        self.shown += 1;
        self.screen = wrap(screen);
        self.run(task, said)
    }

    fn run<M: Send + 'static>(&self, task: Task<M>, said: fn(M) -> Said) -> Task<Message> {
        let shown = self.shown;
        task.map(move |message| Message::Screen(shown, said(message)))
    }

    fn view(&self) -> Element<'_, Message> {
        let shown = self.shown;
        let screen = match &self.screen {
            Screen::Opening => centred(brand()),
            Screen::Trouble(screen) => self.said(screen.view(), Said::Trouble),
            Screen::FirstRun(screen) => self.said(screen.view(), Said::FirstRun),
            Screen::RecoveryKey(screen, _) => self.said(screen.view(), Said::RecoveryKey),
            Screen::SignIn(screen) => self.said(screen.view(), Said::SignIn),
            Screen::Redeem(screen) => self.said(screen.view(), Said::Redeem),
            Screen::Code(screen) => self.said(screen.view(), Said::Code),
            Screen::Enrol(screen) => self.said(screen.view(), Said::Enrol),
            Screen::Home(screen) => self.said(screen.view(self.width), Said::Home),
        };
        let no_keyring =
            (self.storage == Storage::File).then(|| banner(Tone::Warning, t("no-keyring"), None));
        // Keyed by its number: a screen never inherits the focus or the text of another.
        let screen = iced::widget::keyed_column([(shown, screen)])
            .width(Length::Fill)
            .height(Length::Fill);
        widget::root(
            container(column![].push(no_keyring).push(screen))
                .width(Length::Fill)
                .height(Length::Fill)
                .style(|theme: &Theme| {
                    iced::widget::container::Style::default().background(theme.tokens().bg)
                }),
        )
    }

    fn said<'a, M: 'a>(&self, view: Element<'a, M>, said: fn(M) -> Said) -> Element<'a, Message> {
        let shown = self.shown;
        view.map(move |message| Message::Screen(shown, said(message)))
    }
}
