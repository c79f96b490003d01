//! Locking, unlocking and handing the window over to somebody else.

use std::time::Duration;

use iced::Task;

use super::keeping::{end, leave};
use super::{Event, Room};
use crate::api::{Error, Lock, Unlocked};
use crate::backend::Known;
use crate::domain::UserId;
use crate::gui::door::{Door, Session};
use crate::gui::screen::{enrol, lock, recovery_codes};
use crate::gui::{App, Arrival, Message, Said, Screen, faults, home, when};

/// How long the end of the program waits for the backend and the keyring, at the most.
const FAREWELL: Duration = Duration::from_secs(3);

/// What somebody had on the screen.
pub(super) struct Aside {
    user: UserId,
    number: u32,
    screen: Screen,
    /// Answers that came in the meantime.
    heard: Vec<Said>,
}

impl std::fmt::Debug for Aside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aside").finish_non_exhaustive()
    }
}

impl Room {
    /// What the person had on the screen last.
    fn take_aside(&mut self, user: &UserId) -> Option<Aside> {
        let at = self.aside.iter().rposition(|aside| aside.user == *user)?;
        Some(self.aside.remove(at))
    }

    /// All that the person had, of which a set-up may lie over a page.
    fn take_all_aside(&mut self, user: &UserId) -> Vec<Aside> {
        let (theirs, others) = std::mem::take(&mut self.aside)
            .into_iter()
            .partition(|aside| aside.user == *user);
        self.aside = others;
        theirs
    }
}

impl App {
    /// Locks: on the backend, and here before it has answered.
    pub(in crate::gui) fn lock(&mut self) -> Task<Message> {
        if self.is_moving_away() {
            return Task::none();
        }
        if let Screen::Moving(screen) = &self.screen
            && screen.is_over()
        {
            // What is left is a key that nobody else is to see.
            return self.moved_away();
        }
        let Some(session) = self.screen.session() else {
            return Task::none();
        };
        self.put_aside();
        let ask = session.door.ask(Lock {});
        let since = when::minute(session.door.now(), &session.me.time_zone);
        let shown = self.show_lock(session.door, Known::from(&session.me), Some(since));
        Task::batch([shown, ask.map(|_| Message::Room(Event::Done))])
    }

    pub(super) fn show_lock(
        &mut self,
        door: Door,
        who: Known,
        since: Option<String>,
    ) -> Task<Message> {
        let new = lock::State::new(door, who, since);
        self.show(new, Screen::Lock, Said::Lock)
    }

    /// The session of the screen does not serve any more, or not yet: what the person typed waits.
    pub(in crate::gui) fn ended(&mut self, why: &Error) -> Task<Message> {
        match why {
            Error::Locked => return self.lock(),
            Error::SetUpDue => return self.set_up_due(),
            _ => {}
        }
        if self.is_moving_away() {
            return Task::none();
        }
        let Some(session) = self.screen.session() else {
            return Task::none();
        };
        let user = session.me.user.clone();
        self.put_aside();
        let sign_in = self.sign_in(session.door.clone(), Some(faults::sentence(why)));
        Task::batch([sign_in, end(session.door, user)])
    }

    pub(in crate::gui) fn put_aside(&mut self) {
        let Some(live) = self.room.live.take() else {
            return;
        };
        let mut screen = std::mem::replace(&mut self.screen, Screen::Opening);
        screen.put_away();
        // A set-up lies over the page that is aside already; a page takes its place.
        if matches!(screen, Screen::Home(_)) {
            self.room.take_all_aside(&live.user);
        }
        self.room.aside.push(Aside {
            user: live.user,
            number: self.shown,
            screen,
            heard: Vec::new(),
        });
    }

    /// In the lock screen.
    pub(in crate::gui) fn locked(&mut self, action: lock::Action) -> Task<Message> {
        let Screen::Lock(screen) = &self.screen else {
            return Task::none();
        };
        let (door, who) = (screen.door(), screen.who().clone());
        match action {
            lock::Action::Run(task) => self.run(task, Said::Lock),
            lock::Action::Unlocked(unlocked) => self.unlocked(&door, *unlocked),
            lock::Action::SwitchUser => self.switch_user(door),
            lock::Action::SignOut => {
                self.room.take_all_aside(&who.user);
                Task::batch([self.sign_in(door.clone(), None), end(door, who.user)])
            }
            lock::Action::Ended(error) => {
                let told = Some(faults::sentence(&error));
                Task::batch([self.sign_in(door.clone(), told), end(door, who.user)])
            }
        }
    }

    fn unlocked(&mut self, door: &Door, unlocked: Unlocked) -> Task<Message> {
        let Unlocked { token, me } = unlocked;
        let session = Session {
            door: door.with(token),
            me,
        };
        match self.room.take_aside(&session.me.user) {
            Some(aside) => self.restore(aside, session),
            None => self.home(session),
        }
    }

    /// Goes on where this person was, if that was the signed-in part, or the way to a server.
    pub(in crate::gui) fn return_home(&mut self, session: &Session) -> Option<Task<Message>> {
        let mut all = self.room.take_all_aside(&session.me.user);
        let is_left = |aside: &Aside| matches!(aside.screen, Screen::Home(_) | Screen::Moving(_));
        let aside = all.remove(all.iter().rposition(is_left)?);
        if matches!(aside.screen, Screen::Moving(_)) {
            // The page that it was asked for on waits behind it.
            all.retain(|aside| matches!(aside.screen, Screen::Home(_)));
            self.room.aside.extend(all);
        }
        let before = aside.screen.session()?.door;
        // Another one may still be locked, and has served its time.
        let over = before
            .token()
            .filter(|token| session.door.token().as_ref() != Some(token))
            .map(|token| leave(before.with(token)));
        let back = self.restore(aside, session.clone());
        Some(Task::batch([back].into_iter().chain(over)))
    }

    /// A set-up is due before anything else: it is laid over the page, which comes back as it was.
    pub(in crate::gui) fn set_up_due(&mut self) -> Task<Message> {
        let Some(session) = self.screen.session() else {
            return Task::none();
        };
        self.put_aside();
        let new = enrol::State::over(session);
        self.show(new, |screen| Screen::Enrol(Box::new(screen)), Said::Enrol)
    }

    /// The person has signed out: nothing waits any more.
    pub(in crate::gui) fn forget_aside(&mut self, session: &Session) {
        self.room.take_all_aside(&session.me.user);
    }

    /// The practice is being moved to a server: the answer, with a key in it, comes once, and to this
    /// screen alone.
    fn is_moving_away(&self) -> bool {
        matches!(&self.screen, Screen::Moving(screen) if screen.is_busy())
    }

    /// The practice of this computer is a server's now: nothing of it is shown any more, and nobody
    /// comes back to what is aside.
    pub(in crate::gui) fn moved_away(&mut self) -> Task<Message> {
        self.room.aside.clear();
        self.open_anew()
    }

    fn restore(&mut self, aside: Aside, session: Session) -> Task<Message> {
        self.shown = aside.number;
        self.screen = aside.screen;
        let taken_up = self.screen.take_up(session);
        let taken_up = self.run(taken_up, |said| said);
        let heard = aside.heard.into_iter().map(|said| self.catch_up(said));
        Task::batch(std::iter::once(taken_up).chain(heard))
    }

    /// What was answered while the screen was aside. That the session did not serve any more is said
    /// of its former token, and not of this one.
    fn catch_up(&mut self, said: Said) -> Task<Message> {
        match (&mut self.screen, said) {
            (Screen::Home(screen), Said::Home(message)) => match screen.update(message) {
                home::Action::Run(task) => self.run(task, Said::Home),
                home::Action::RecoveryCodes(session) => {
                    self.put_aside();
                    self.new_codes(*session)
                }
                _ => Task::none(),
            },
            (Screen::Enrol(screen), Said::Enrol(message)) => match screen.update(message) {
                enrol::Action::Run(task) => self.run(task, Said::Enrol),
                enrol::Action::Enabled(session) => self.new_codes(*session),
                _ => Task::none(),
            },
            (Screen::RecoveryCodes(screen), Said::RecoveryCodes(message)) => {
                match screen.update(message) {
                    recovery_codes::Action::Run(task) => self.run(task, Said::RecoveryCodes),
                    recovery_codes::Action::In(session, offer) => {
                        self.admit(Arrival::after_codes(*session, offer))
                    }
                    recovery_codes::Action::Replace(session) => self.replace_method(*session),
                    _ => Task::none(),
                }
            }
            _ => Task::none(),
        }
    }

    /// Something for a screen that is not shown: an answer that somebody's work waits for.
    pub(in crate::gui) fn hear_aside(&mut self, number: u32, said: Said) -> Task<Message> {
        let aside = &mut self.room.aside;
        if let Some(aside) = aside.iter_mut().find(|aside| aside.number == number) {
            aside.heard.push(said);
        }
        Task::none()
    }

    /// Somebody of the list on the sign-in screen whose session is locked.
    pub(in crate::gui) fn picked(&mut self, door: Door, who: Known) -> Task<Message> {
        self.show_lock(door, who, None)
    }

    pub(super) fn close(&mut self) -> Task<Message> {
        if self.is_moving_away() {
            return Task::none();
        }
        if let Some(ask) = self.screen.ask_before_closing() {
            return self.run(ask, |said| said);
        }
        if std::mem::replace(&mut self.room.closing, true) {
            return iced::exit();
        }
        let door = self.screen.session().map(|session| session.door);
        let kept = self.room.kept.clone();
        let curtain = self.lock();
        let farewell = Task::future(async move {
            let locked = async {
                if let Some(door) = door {
                    // Whatever is answered, the window goes: the idle limit locks then.
                    let _ = door.call(Lock {}).await;
                }
                kept.settled().await;
            };
            let _ = tokio::time::timeout(FAREWELL, locked).await;
            Message::Room(Event::Farewell)
        });
        Task::batch([curtain, farewell])
    }
}

impl Screen {
    /// The open session that stands behind the screen.
    pub(in crate::gui) fn session(&self) -> Option<Session> {
        match self {
            Self::RecoveryKey(_, arrival) => Some(arrival.session.clone()),
            Self::Enrol(screen) => screen.session(),
            Self::RecoveryCodes(screen) => Some(screen.session()),
            Self::Moving(screen) => screen.session(),
            Self::Home(screen) => Some(screen.session()),
            _ => None,
        }
    }

    /// The address that somebody typed who is on the way in.
    pub(in crate::gui) fn typed_address(&self) -> Option<String> {
        match self {
            Self::SignIn(screen) => Some(screen.email().to_owned()),
            Self::Code(screen) => screen.email().map(str::to_owned),
            Self::Redeem(screen) => Some(screen.email().to_owned()),
            _ => None,
        }
    }

    /// Before it is put aside: no typed password waits in it.
    fn put_away(&mut self) {
        match self {
            Self::Enrol(screen) => screen.put_away(),
            Self::RecoveryCodes(screen) => screen.put_away(),
            Self::Moving(screen) => screen.put_away(),
            Self::Home(screen) => screen.put_away(),
            _ => {}
        }
    }

    /// The same person is there again, in this session.
    fn take_up(&mut self, session: Session) -> Task<Said> {
        let Some(before) = self.session() else {
            return Task::none();
        };
        if let Some(token) = session.door.token() {
            before.door.renew(token);
        }
        match self {
            Self::RecoveryKey(screen, _) => screen.returned_to().map(Said::RecoveryKey),
            Self::Enrol(screen) => screen.take_up().map(Said::Enrol),
            Self::RecoveryCodes(screen) => screen.returned_to().map(Said::RecoveryCodes),
            Self::Moving(screen) => screen.returned_to().map(Said::Moving),
            Self::Home(screen) => screen.take_up(session.me).map(Said::Home),
            _ => Task::none(),
        }
    }

    /// The window is to be closed: asks first for what is shown once and was not kept.
    fn ask_before_closing(&mut self) -> Option<Task<Said>> {
        match self {
            Self::RecoveryKey(screen, _) => {
                Some(screen.ask_before_closing()?.map(Said::RecoveryKey))
            }
            Self::Moving(screen) => Some(screen.ask_before_closing()?.map(Said::Moving)),
            Self::Home(screen) => Some(screen.ask_before_closing()?.map(Said::Home)),
            _ => None,
        }
    }
}
