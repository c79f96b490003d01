//! What the window opens: the practice of this computer, or that of a server.

use std::sync::Arc;

use iced::{Size, Task, window};

use super::live::Room;
use super::screen::connect::{self, Connected};
use super::screen::{TO_SERVER, first_run, focus, trouble};
use super::theme::Theme;
use super::{App, Message, Said, Screen, WINDOW, demo};
use crate::backend::demo::Demo;
use crate::backend::{Embedded, Home, OpenFault, Opened, connect};
use crate::settings::{SetBy, Settings};

/// What a start is given.
#[derive(Clone)]
pub struct Start {
    /// Where the practice of this computer is.
    pub place: Embedded,
    /// The made-up practice, where that is to be shown.
    pub demo: Option<Arc<Demo>>,
    /// Which server, if any.
    pub settings: Settings,
}

impl App {
    pub(super) fn new(start: Start) -> (Self, Task<Message>) {
        let Start {
            place,
            demo,
            settings,
        } = start;
        let kept = demo
            .as_ref()
            .map_or_else(|| place.kept(), |demo| demo.kept());
        let mut app = Self {
            room: Room::new(kept),
            place,
            settings,
            demo: demo.map(demo::State::new),
            screen: Screen::Opening,
            shown: 0,
            keys: Home::Keyring,
            theme: Theme::default(),
            width: WINDOW.width,
        };
        let open = app.open();
        let theme = iced::system::theme().map(Message::ThemeIs);
        let start = Task::batch([open, theme, within_the_screen()]);
        (app, start)
    }

    pub(super) fn open(&mut self) -> Task<Message> {
        let shown = self.shown;
        let opened = move |opened| Message::Opened(shown, opened);
        if let Some(demo) = &self.demo {
            return demo.open().map(opened);
        }
        if let Err(fault) = self.settings.read() {
            return self.trouble(fault.into());
        }
        let Some((address, _)) = self.settings.server.clone() else {
            let place = self.place.clone();
            return Task::perform(async move { place.open().await }, opened);
        };
        match connect(&address) {
            Ok(backend) => self.recall(backend),
            Err(why) => {
                let new = connect::State::without_trust(&self.settings, why);
                self.show(new, |screen| Screen::Connect(screen, None), Said::Connect)
            }
        }
    }

    /// Opens as at a start: nothing leads back to the screen of before.
    pub(super) fn open_anew(&mut self) -> Task<Message> {
        self.show_nothing();
        self.open()
    }

    fn show_nothing(&mut self) {
        self.shown = self.room.next_number();
        self.screen = Screen::Opening;
    }

    pub(super) fn opened(&mut self, opened: Result<Opened, OpenFault>) -> Task<Message> {
        match opened {
            Err(fault) => self.trouble(fault.into()),
            Ok(Opened::FirstRun) => {
                let new = first_run::State::new(self.place.clone());
                self.show(new, Screen::FirstRun, Said::FirstRun)
            }
            Ok(Opened::Ready(backend, home)) => {
                self.keys = home;
                self.recall(backend)
            }
        }
    }

    pub(super) fn trouble(&mut self, fault: trouble::Fault) -> Task<Message> {
        let new = trouble::State::new(fault, self.place.clone());
        self.show(new, Screen::Trouble, Said::Trouble)
    }

    /// *Connect to a server*.
    pub(super) fn choose_server(&mut self) -> Task<Message> {
        let before = std::mem::replace(&mut self.screen, Screen::Opening);
        let new = connect::State::new(&self.settings, true);
        let wrap = |screen| Screen::Connect(screen, Some(Box::new(before)));
        self.show(new, wrap, Said::Connect)
    }

    fn has_before(&self) -> bool {
        matches!(self.screen, Screen::Connect(_, Some(_)))
    }

    /// The screen that *Connect to a server* was opened from, as it was left.
    fn leave_connecting(&mut self) -> Task<Message> {
        let Screen::Connect(_, before) = &mut self.screen else {
            return Task::none();
        };
        let Some(before) = before.take() else {
            return Task::none();
        };
        self.shown = self.room.next_number();
        self.screen = *before;
        let focused = focus(TO_SERVER);
        match &mut self.screen {
            // What it waited for was answered to nobody.
            Screen::SignIn(screen) => {
                let task = screen.found_again();
                Task::batch([focused, self.run(task, Said::SignIn)])
            }
            _ => focused,
        }
    }

    pub(super) fn connecting(&mut self, action: connect::Action) -> Task<Message> {
        match action {
            connect::Action::Run(task) => self.run(task, Said::Connect),
            connect::Action::Back => self.leave_connecting(),
            // A managed server cannot be changed here: it is tried again.
            _ if self.settings.is_managed() => self.open_anew(),
            // Nothing is set: what was begun before goes on.
            connect::Action::Alone if self.settings.server.is_none() && self.has_before() => {
                self.leave_connecting()
            }
            connect::Action::Go(connected) => {
                let Connected { address, backend } = *connected;
                match self.settings.choose(Some(address)) {
                    Ok(()) => {
                        self.keys = Home::Keyring;
                        self.room.anew(self.place.kept());
                        self.show_nothing();
                        self.recall(backend)
                    }
                    Err(why) => self.not_kept(&why),
                }
            }
            connect::Action::Alone => {
                let by_argument = matches!(self.settings.server, Some((_, SetBy::Argument)));
                let kept = match self.settings.server {
                    // What was said for this time alone is not in the file.
                    Some(_) if !by_argument => self.settings.choose(None),
                    _ => Ok(()),
                };
                match kept {
                    Ok(()) => {
                        self.settings.server = None;
                        self.room.anew(self.place.kept());
                        self.open_anew()
                    }
                    Err(why) => self.not_kept(&why),
                }
            }
        }
    }

    fn not_kept(&mut self, why: &std::io::Error) -> Task<Message> {
        if let Screen::Connect(screen, _) = &mut self.screen {
            screen.not_kept(why);
        }
        Task::none()
    }
}

/// A window that is larger than its screen, as at 200 %, is made to fill it.
fn within_the_screen<M: Send + 'static>() -> Task<M> {
    window::oldest().and_then(|id| {
        window::monitor_size(id).and_then(move |screen| match fits(screen) {
            true => Task::none(),
            false => window::maximize(id, true),
        })
    })
}

fn fits(screen: Size) -> bool {
    WINDOW.width <= screen.width && WINDOW.height <= screen.height
}
