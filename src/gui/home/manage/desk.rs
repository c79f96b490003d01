//! **Desk code** for somebody at another computer: which of their screens, why, and the digits.

use iced::Task;
use iced::widget::column;

use crate::api::{AtDesk, DeskCodeMade, DeskScreen, Error, Field, MakeDeskCode, Person};
use crate::gui::door::Session;
use crate::gui::home::Asked;
use crate::gui::poll::Poll;
use crate::gui::screen::{focus, focus_wrong};
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, dialog, failed, field, focus_if_none, label, note, panel, radio,
    read_out, reveal, small, subtitle,
};
use crate::gui::words::t;
use crate::gui::{faults, when};

const REASON: &str = "manage-desk-reason";
const DONE: &str = "manage-desk-done";

/// What is known and typed.
#[derive(Debug, Default)]
pub struct State {
    /// The screens that wait for a code; none before they have come.
    screens: Option<Vec<DeskScreen>>,
    /// The one that was picked.
    picked: Option<String>,
    reason: String,
    /// The code, and the computer that it is good on.
    made: Option<(DeskCodeMade, String)>,
    poll: Poll,
    busy: bool,
    error: Option<Error>,
    /// Why the screens have not come.
    not_loaded: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A second has passed.
    Tick,
    /// **Try again**.
    Look,
    /// The screens have come.
    Loaded(Result<Vec<DeskScreen>, Error>),
    /// One was picked.
    Picked(String),
    /// The reason was changed.
    ReasonTyped(String),
    /// **Make a code**.
    Confirm,
    /// It is made, or not.
    Made(Result<DeskCodeMade, Error>),
    /// Back to Authentication preferences.
    Back,
}

/// What the dialog has to do.
#[derive(Debug)]
pub enum Action {
    /// What the signed-in part is asked.
    Ask(Asked<Message>),
    /// Back to Authentication preferences.
    Left,
}

impl State {
    /// Looks for the screens of somebody.
    pub fn new(person: &Person, session: &Session) -> (Self, Task<Message>) {
        let focus = focus(DONE);
        (Self::default(), Task::batch([focus, look(person, session)]))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message, person: &Person, session: &Session) -> Action {
        match message {
            Message::Tick if self.poll.begin(session.door.now()) => {
                return run(look(person, session));
            }
            Message::Tick => {}
            Message::Look => return run(look(person, session)),
            // The digits are shown: what waits does not matter any more.
            Message::Loaded(_) if self.made.is_some() => {}
            Message::Loaded(Ok(screens)) => {
                self.poll.answered();
                self.not_loaded = None;
                return run(self.loaded(screens));
            }
            Message::Loaded(Err(error)) => {
                self.poll.answered();
                let ended = Asked::unless_ended(&error);
                self.not_loaded = Some(error);
                return ended.map_or_else(|| run(Task::none()), Action::Ask);
            }
            Message::Picked(screen) => self.picked = Some(screen),
            Message::ReasonTyped(reason) => self.reason = reason,
            Message::Confirm => return self.make(person, session),
            Message::Made(Ok(made)) => {
                self.busy = false;
                let on = self.picked_screen().map(|screen| screen.computer.clone());
                self.made = Some((made, on.unwrap_or_default()));
                // It is shown once: a key that is pressed twice must not close it.
                return run(reveal());
            }
            Message::Made(Err(Error::StepUpNeeded)) => return Action::Ask(Asked::StepUp),
            Message::Made(Err(error)) => {
                self.busy = false;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                self.error = Some(error);
                return run(Task::batch([look(person, session), focus_wrong(REASON)]));
            }
            // Its answer would be told to nobody.
            Message::Back if self.busy => {}
            Message::Back => return Action::Left,
        }
        run(Task::none())
    }

    /// The only screen that waits is picked by itself; of several, whoever knows which.
    fn loaded(&mut self, screens: Vec<DeskScreen>) -> Task<Message> {
        let before = self.screens.as_ref().is_some_and(|all| !all.is_empty());
        self.screens = Some(screens);
        if self.picked_screen().is_none() {
            let gone = self.picked.take().is_some();
            if let (Some([only]), false) = (self.screens.as_deref(), gone) {
                self.picked = Some(only.screen.clone());
            }
        }
        let now = self.screens.as_ref().is_some_and(|all| !all.is_empty());
        match (before, now) {
            (false, true) => focus(REASON),
            (true, false) => focus_if_none(DONE),
            _ => Task::none(),
        }
    }

    fn picked_screen(&self) -> Option<&DeskScreen> {
        let picked = self.picked.as_ref()?;
        let mut screens = self.screens.iter().flatten();
        screens.find(|screen| screen.screen == *picked)
    }

    fn make(&mut self, person: &Person, session: &Session) -> Action {
        let (Some(screen), false) = (self.picked.clone(), self.busy) else {
            return run(Task::none());
        };
        self.busy = true;
        self.error = None;
        let call = MakeDeskCode {
            user: person.user.clone(),
            screen,
            reason: self.reason.trim().to_owned(),
        };
        run(session.door.ask(call).map(Message::Made))
    }

    /// What a second that passes means: a screen that waits may have come.
    pub fn tick(&self) -> Option<Message> {
        self.made.is_none().then_some(Message::Tick)
    }

    /// The focus where it goes on.
    pub fn first(&self) -> Task<Message> {
        match (&self.made, self.screens.as_deref()) {
            (None, Some([_, ..])) => focus(REASON),
            _ => focus_if_none(DONE),
        }
    }

    /// Goes on after a step-up.
    pub fn again(&mut self) -> Task<Message> {
        self.busy = false;
        Task::done(Message::Confirm)
    }

    /// The step-up was given up.
    pub fn not_again(&mut self) {
        self.busy = false;
    }

    /// Draws it.
    pub fn view<'a>(&'a self, person: &'a Person, session: &Session) -> Element<'a, Message> {
        let name = person.name.as_str();
        let zone = session.me.time_zone.as_str();
        let sheet = dialog(t!("ask-desk-code", name = name), t("close"), Message::Back);
        if let Some((made, on)) = &self.made {
            return sheet
                .content(digits(made, on, name, zone))
                .push(done())
                .into();
        }
        let again = |error| failed(faults::sentence(error), t("try-again"), Message::Look);
        let fault = self.not_loaded.as_ref().map(again);
        // What was refused is said also where nothing is left to be picked.
        let fault = fault.or_else(|| self.refusal());
        match &self.screens {
            Some(screens) if !screens.is_empty() => sheet
                .content(self.form(screens, name, zone).push(fault))
                .push(button(t("cancel")).on_press(Message::Back))
                .push(
                    button(t("make-desk-code"))
                        .primary()
                        .busy(self.busy)
                        .on_press(Message::Confirm),
                )
                .into(),
            known => {
                let words = match known {
                    Some(_) => t!("desk-nobody-waits", name = name),
                    None => t("loading"),
                };
                sheet
                    .content(column![subtitle(words)].push(fault).spacing(space::M))
                    .push(done())
                    .into()
            }
        }
    }

    fn form<'a>(
        &'a self,
        screens: &'a [DeskScreen],
        name: &'a str,
        zone: &str,
    ) -> iced::widget::Column<'a, Message, crate::gui::theme::Theme> {
        let radios = screens.iter().map(|screen| {
            let words = t!(
                "desk-screen",
                computer = screen.computer.as_str(),
                time = when::second(screen.since, zone)
            );
            let picked = self.picked.as_ref() == Some(&screen.screen);
            radio(words, picked, Message::Picked(screen.screen.clone())).into()
        });
        let missing = faults::of_field(self.error.as_ref(), Field::Reason);
        column![
            subtitle(t!("ask-desk-code-body", name = name)),
            label(t("desk-which-screen")),
            iced::widget::Column::with_children(radios).spacing(space::XS),
            field(t("reason"), &self.reason, Message::ReasonTyped)
                .id(REASON)
                .help(t("reason-help"))
                .error(missing)
                .on_submit(Message::Confirm),
        ]
        .spacing(space::M)
    }

    fn refusal<'a>(&self) -> Option<Element<'a, Message>> {
        let missing = faults::of_field(self.error.as_ref(), Field::Reason);
        let fault = self.error.as_ref().filter(|_| missing.is_none());
        fault.map(faults::notice)
    }
}

fn digits<'a>(
    made: &'a DeskCodeMade,
    on: &'a str,
    name: &'a str,
    zone: &str,
) -> Element<'a, Message> {
    let digits = made.code.expose();
    let (first, last) = digits.split_at_checked(4).unwrap_or((digits, ""));
    column![
        subtitle(t!("desk-read-out", name = name)),
        panel(read_out(format!("{first} {last}"))),
        small(t!(
            "desk-digits-until",
            computer = on,
            until = when::second(made.ends, zone)
        )),
        note(Icon::TriangleAlert, t("desk-sure"), Tone::Warning),
    ]
    .spacing(space::M)
    .into()
}

fn done<'a>() -> Element<'a, Message> {
    button(t("done"))
        .primary()
        .id(DONE)
        .on_press(Message::Back)
        .into()
}

fn look(person: &Person, session: &Session) -> Task<Message> {
    let user = person.user.clone();
    session.door.ask(AtDesk { user }).map(Message::Loaded)
}

fn run(task: Task<Message>) -> Action {
    Action::Ask(Asked::Run(task))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Secret;
    use crate::backend::Kept;
    use crate::backend::staged::Staged;
    use crate::domain::Timestamp;
    use crate::gui::door::Door;

    /// The dialog as it comes up, for somebody.
    fn dialog() -> (State, Person, Session) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (practice, person) = runtime.block_on(async {
            let practice = Staged::new().await;
            let token = practice.founded.admitted.token.clone();
            let people = practice.people(&token).await.people;
            (practice, people.into_iter().next().unwrap())
        });
        let kept = Kept::new(practice.keychain.clone());
        let door = Door::new(practice.backend.clone(), kept);
        let session = Session::new(&door, &practice.founded.admitted);
        (State::new(&person, &session).0, person, session)
    }

    fn screen(name: &str) -> DeskScreen {
        DeskScreen {
            screen: format!("id of {name}"),
            computer: name.to_owned(),
            since: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_screen_is_looked_for_until_one_waits_and_the_picked_one_stays_picked() {
        let (mut dialog, person, session) = dialog();
        let said = |dialog: &mut State, message| {
            let _ = dialog.update(message, &person, &session);
        };
        said(&mut dialog, Message::Loaded(Ok(Vec::new())));
        said(&mut dialog, Message::Loaded(Ok(vec![screen("Room 2")])));
        assert_eq!(dialog.picked.as_deref(), Some("id of Room 2"));
        // Another may come, as long as no code is made.
        assert!(matches!(dialog.tick(), Some(Message::Tick)));
        let two = || vec![screen("Room 2"), screen("FRONT-DESK")];
        said(&mut dialog, Message::Picked("id of FRONT-DESK".into()));
        said(&mut dialog, Message::ReasonTyped("No phone today".into()));
        said(&mut dialog, Message::Loaded(Ok(two())));
        assert_eq!(dialog.picked.as_deref(), Some("id of FRONT-DESK"));
        // Gone meanwhile: no other is picked unseen, and what was typed stays.
        said(&mut dialog, Message::Confirm);
        assert!(dialog.busy);
        said(&mut dialog, Message::Made(Err(Error::Stale)));
        assert!(!dialog.busy);
        said(&mut dialog, Message::Loaded(Ok(vec![screen("Room 2")])));
        assert_eq!(dialog.picked, None);
        said(&mut dialog, Message::Confirm);
        assert!(!dialog.busy);
        assert_eq!(dialog.reason, "No phone today");

        said(&mut dialog, Message::Picked("id of Room 2".into()));
        let made = DeskCodeMade {
            code: Secret::new("01234567"),
            ends: Timestamp::UNIX_EPOCH,
        };
        said(&mut dialog, Message::Made(Ok(made)));
        said(&mut dialog, Message::Loaded(Ok(vec![screen("FRONT-DESK")])));
        assert!(dialog.made.as_ref().is_some_and(|(_, on)| on == "Room 2"));
        assert!(dialog.tick().is_none());
    }
}
