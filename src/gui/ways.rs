//! The ways from one screen to another that several screens share.

use iced::Task;

use super::door::{Door, Session};
use super::screen::{code, enrol, moving, recovery_codes, redeem, sign_in};
use super::words::t;
use super::{App, Arrival, Message, Said, Screen, home};
use crate::api::{Admitted, Offer, Outcome, RecoveryDue};

impl Arrival {
    pub(super) fn new(door: &Door, admitted: Admitted) -> Self {
        Self {
            session: Session::new(door, &admitted),
            offer: admitted.offer,
            recovery: admitted.recovery,
        }
    }

    /// Past the recovery codes, which are kept now or left for later.
    pub(super) fn after_codes(session: Session, offer: Option<Offer>) -> Self {
        Self {
            session,
            offer,
            recovery: None,
        }
    }
}

impl App {
    pub(super) fn go(&mut self, door: Door, outcome: Outcome) -> Task<Message> {
        match outcome {
            Outcome::Code(due) => {
                let new = code::State::new(&door, due, self.screen.typed_address());
                self.show(new, Screen::Code, Said::Code)
            }
            Outcome::SetUp(due) => {
                let new = enrol::State::due(&door, due);
                self.show(new, |screen| Screen::Enrol(Box::new(screen)), Said::Enrol)
            }
            Outcome::In(admitted) => self.admit(Arrival::new(&door, admitted)),
            Outcome::PasswordSet { by_email } => {
                let told = if by_email {
                    t("password-set-by-email")
                } else {
                    t("password-set")
                };
                self.sign_in(door, Some(told))
            }
        }
    }

    pub(super) fn arrive(&mut self) -> Task<Message> {
        match std::mem::replace(&mut self.screen, Screen::Opening) {
            Screen::RecoveryKey(_, arrival) => self.admit(*arrival),
            other => {
                self.screen = other;
                Task::none()
            }
        }
    }

    pub(super) fn admit(&mut self, arrival: Arrival) -> Task<Message> {
        let Arrival {
            session,
            offer,
            recovery,
        } = arrival;
        match (offer, recovery) {
            // Whoever used a code is asked about the method that was not there, before anything else.
            (offer, Some(due @ RecoveryDue::Used { .. })) => {
                self.recovery_codes(session, due, offer)
            }
            (Some(offer), _) => {
                let new = enrol::State::offered(session, &offer);
                self.show(new, |screen| Screen::Enrol(Box::new(screen)), Said::Enrol)
            }
            (None, Some(due)) => self.recovery_codes(session, due, None),
            (None, None) => self.home(session),
        }
    }

    fn recovery_codes(
        &mut self,
        session: Session,
        due: RecoveryDue,
        offer: Option<Offer>,
    ) -> Task<Message> {
        let new = recovery_codes::State::new(session, due, offer);
        let wrap = |screen| Screen::RecoveryCodes(Box::new(screen));
        self.show(new, wrap, Said::RecoveryCodes)
    }

    /// A code for a forgotten password.
    pub(super) fn forgotten(&mut self, door: Door, email: String, resets: bool) -> Task<Message> {
        let new = redeem::State::forgotten(door, email, resets);
        self.show(new, Screen::Redeem, Said::Redeem)
    }

    /// A set of recovery codes for somebody who has none.
    pub(super) fn new_codes(&mut self, session: Session) -> Task<Message> {
        self.recovery_codes(session, RecoveryDue::NoSet, None)
    }

    /// The practice of this computer is to move to a server.
    pub(super) fn move_away(&mut self, session: Session) -> Task<Message> {
        let Some(place) = session.door.place().cloned() else {
            return Task::none();
        };
        // It comes back as it was if this is given up.
        self.put_aside();
        let new = moving::State::new(session, place);
        self.show(new, |screen| Screen::Moving(Box::new(screen)), Said::Moving)
    }

    /// The signed-in part, as this person left it if it was put aside.
    pub(super) fn home(&mut self, session: Session) -> Task<Message> {
        if let Some(task) = self.return_home(&session) {
            return task;
        }
        let new = home::State::new(session);
        self.show(new, |screen| Screen::Home(Box::new(screen)), Said::Home)
    }

    /// The same, at the choice of another method than the one that was lost.
    pub(super) fn replace_method(&mut self, session: Session) -> Task<Message> {
        let home = self.home(session);
        let Screen::Home(screen) = &mut self.screen else {
            return home;
        };
        let replace = screen.replace();
        Task::batch([home, self.run(replace, Said::Home)])
    }

    /// The sign-in of somebody else, with everybody who may go on at this computer.
    pub(super) fn switch_user(&mut self, door: Door) -> Task<Message> {
        let new = sign_in::State::new(door.without(), None, None, self.room.people.clone());
        self.show_sign_in(new)
    }

    /// The sign-in of whoever was here last, or of another.
    pub(super) fn sign_in(&mut self, door: Door, told: Option<String>) -> Task<Message> {
        let mut others = self.room.people.clone();
        // From these nobody leaves: whoever was here last may have a session that waits.
        let stays = matches!(
            self.screen,
            Screen::SignIn(_) | Screen::Code(_) | Screen::Redeem(_)
        );
        // Whoever was signing in, and not whoever was here before: a password is typed below.
        let at = match self.screen.typed_address() {
            Some(typed) if !typed.is_empty() => {
                others.iter().position(|known| known.email == typed)
            }
            Some(_) => (others.len() == 1).then_some(0),
            None => (!others.is_empty()).then_some(0),
        };
        let last = at.map(|at| sign_in::Last {
            who: others.remove(at),
            leaves: !stays,
        });
        let new = sign_in::State::new(door.without(), told, last, others);
        self.show_sign_in(new)
    }

    fn show_sign_in(
        &mut self,
        (mut screen, task): (sign_in::State, Task<sign_in::Message>),
    ) -> Task<Message> {
        // The demo stays on this computer, and what is managed is nobody's here to change.
        screen.connects(self.demo.is_none() && !self.settings.is_managed());
        self.show((screen, task), Screen::SignIn, Said::SignIn)
    }
}
