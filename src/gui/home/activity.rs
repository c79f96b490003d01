//! Practice > Activity: what was done, by whom, to whom; searched, filtered, checked and saved.

mod filter;
mod list;
mod statement;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use iced::widget::{column, container, row, space as gap};
use iced::{Alignment, Task, padding};

use super::{Asked, DialogAction};
use crate::api::{
    Activity, ActivityFilter, ActivityPage, ActivityVerified, Entry, Error, SaveActivity,
    VerifyActivity,
};
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, button, failed, focus_if_none, notice, scrolled, skeleton_row, title,
};
use crate::gui::words::t;
use crate::gui::{faults, saving};
use crate::paper;
pub(super) use filter::SEARCH;

/// How long the typing rests before the backend is asked.
const TYPING: Duration = Duration::from_millis(120);

const STATEMENT: &str = "activity-statement";

/// The page.
#[derive(Debug)]
pub struct State {
    page: Option<ActivityPage>,
    filter: filter::State,
    /// The cursors of the pages before this one, the first page's (none) first.
    before: Vec<Option<String>>,
    after: Option<String>,
    /// Which answer is awaited: earlier ones are dropped.
    asked: u32,
    /// What failed, and why.
    failed: BTreeMap<Act, Error>,
    checking: bool,
    /// What has come of a file that is saved, of what was chosen when it was begun.
    saving: Option<(ActivityFilter, Vec<Entry>)>,
    told: Option<(Tone, String)>,
    statement: Option<statement::State>,
}

/// What is asked of the backend, and may be asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    Load,
    Check,
    Save,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A page has come, as the answer to this question.
    Loaded(u32, Result<ActivityPage, Error>),
    /// The search, the group or the days were changed.
    Filter(filter::Message),
    /// **Show everything**.
    Everything,
    /// The typing has rested since this question.
    Rested(u32),
    /// The next page.
    Next,
    /// The page before.
    Previous,
    /// **Try again**.
    TryAgain,
    /// **Check for tampering**.
    Check,
    /// What they say.
    Checked(Result<ActivityVerified, Error>),
    /// **Save as CSV**.
    Save,
    /// A part of what is saved has come.
    Part(Result<ActivityPage, Error>),
    /// Where it was saved, or why not.
    Saved(Result<PathBuf, String>),
    /// **Statement**.
    Statement,
    /// In the statement's dialog.
    InStatement(statement::Message),
}

impl State {
    /// Loads the first page.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let mut state = Self {
            page: None,
            filter: filter::State::default(),
            before: Vec::new(),
            after: None,
            asked: 0,
            failed: BTreeMap::new(),
            checking: false,
            saving: None,
            told: None,
            statement: None,
        };
        let load = state.load(session);
        (state, Task::batch([load, focus(SEARCH)]))
    }

    /// It is shown again as it was left.
    pub(super) fn returned_to(&self) -> Task<Message> {
        match &self.statement {
            Some(_) => focus(statement::DAY),
            None => focus(SEARCH),
        }
    }

    /// The server answers again: a page that could not be read is asked for now. What else failed
    /// waits for whoever asked for it.
    pub(super) fn found_again(&mut self, session: &Session) -> Task<Message> {
        match self.failed.contains_key(&Act::Load) {
            true => self.load(session),
            false => Task::none(),
        }
    }

    /// The window's title.
    pub(super) fn title(&self) -> String {
        match self.statement {
            Some(_) => t("statement"),
            None => t("activity"),
        }
    }

    fn load(&mut self, session: &Session) -> Task<Message> {
        self.asked += 1;
        let asked = self.asked;
        let call = Activity {
            filter: self.filter.asked(),
            after: self.after.clone(),
        };
        session
            .door
            .ask(call)
            .map(move |page| Message::Loaded(asked, page))
    }

    /// Other entries are asked for: from the page that is still shown none can be turned.
    fn leave_page(&mut self) {
        self.before.clear();
        self.after = None;
        if let Some(page) = &mut self.page {
            page.next = None;
        }
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Asked<Message> {
        match message {
            Message::Loaded(asked, _) if asked != self.asked => {}
            Message::Loaded(_, Ok(page)) => {
                self.page = Some(page);
                return Asked::Run(self.done(Act::Load));
            }
            Message::Filter(message) => {
                self.filter.update(message);
                self.leave_page();
                self.asked += 1;
                let asked = self.asked;
                return Asked::Run(Task::perform(tokio::time::sleep(TYPING), move |()| {
                    Message::Rested(asked)
                }));
            }
            Message::Everything => {
                self.filter = filter::State::default();
                self.leave_page();
                return Asked::Run(Task::batch([self.load(session), focus(SEARCH)]));
            }
            // A day that cannot be read yet is being typed.
            Message::Rested(asked) if asked == self.asked && self.filter.is_understood() => {
                return Asked::Run(self.load(session));
            }
            Message::Rested(_) => {}
            Message::Next => {
                let next = self.page.as_ref().and_then(|page| page.next.clone());
                // Pressed again before the page has come, it is the same page that is asked for.
                if next.is_some() && next != self.after {
                    self.before.push(std::mem::replace(&mut self.after, next));
                    return Asked::Run(self.load(session));
                }
            }
            Message::Previous => {
                if let Some(before) = self.before.pop() {
                    self.after = before;
                    return Asked::Run(self.load(session));
                }
            }
            Message::TryAgain => {
                let failed: Vec<Act> = self.failed.keys().copied().collect();
                let again = failed.into_iter().map(|act| match act {
                    Act::Load => self.load(session),
                    Act::Check => Task::done(Message::Check),
                    Act::Save => Task::done(Message::Save),
                });
                return Asked::Run(Task::batch(again.collect::<Vec<_>>()));
            }
            Message::Check if !self.checking => {
                self.checking = true;
                self.told = None;
                return Asked::Run(session.door.ask(VerifyActivity {}).map(Message::Checked));
            }
            Message::Checked(Ok(verified)) => {
                self.checking = false;
                let tone = match verified.misfit {
                    Some(_) => Tone::Error,
                    None => Tone::Enabled,
                };
                self.told = Some((
                    tone,
                    paper::verified(&verified, Some(&session.me.time_zone)),
                ));
                // What was not sealed yet has its number now.
                let load = self.load(session);
                return Asked::Run(Task::batch([load, self.done(Act::Check)]));
            }
            Message::Save if self.saving.is_none() => {
                let filter = self.filter.asked();
                self.saving = Some((filter.clone(), Vec::new()));
                self.told = None;
                return Asked::Run(next_part(filter, None, session));
            }
            Message::Check | Message::Save => {}
            Message::Part(Ok(part)) => return self.part(part, session),
            Message::Saved(saved) => self.told = Some(told(saved)),
            Message::Checked(Err(error)) => {
                self.checking = false;
                return self.refused(Act::Check, error);
            }
            Message::Part(Err(error)) => {
                self.saving = None;
                return self.refused(Act::Save, error);
            }
            Message::Loaded(_, Err(error)) => return self.refused(Act::Load, error),
            Message::Statement => {
                let (dialog, task) = statement::State::new(session);
                self.statement = Some(dialog);
                return Asked::Run(task.map(Message::InStatement));
            }
            Message::InStatement(message) => {
                let Some(dialog) = &mut self.statement else {
                    return Asked::nothing();
                };
                match dialog.update(message, session) {
                    DialogAction::Ask(asked) => return asked.map(Message::InStatement),
                    DialogAction::Closed => {
                        self.statement = None;
                        return Asked::Run(focus_if_none(SEARCH));
                    }
                }
            }
        }
        Asked::nothing()
    }

    fn refused(&mut self, act: Act, error: Error) -> Asked<Message> {
        let ended = Asked::unless_ended(&error);
        self.failed.insert(act, error);
        ended.unwrap_or_else(Asked::nothing)
    }

    /// It is done. **Try again** goes with the last that was not.
    fn done(&mut self, act: Act) -> Task<Message> {
        match self.failed.remove(&act) {
            Some(_) => focus_if_none(filter::SEARCH),
            None => Task::none(),
        }
    }

    /// One more part of what is saved: the next is asked for, or the file is written.
    fn part(&mut self, part: ActivityPage, session: &Session) -> Asked<Message> {
        let Some((filter, mut entries)) = self.saving.take() else {
            return Asked::nothing();
        };
        entries.extend(part.entries);
        if part.next.is_some() {
            self.saving = Some((filter.clone(), entries));
            return Asked::Run(next_part(filter, part.next, session));
        }
        let done = self.done(Act::Save);
        let zone = session.me.time_zone.clone();
        let name = t!(
            "activity-file",
            practice = session.me.practice_name.as_str()
        );
        let save = async move {
            let file = paper::activity(&entries, &zone).map_err(|error| error.to_string())?;
            saving::save(name, "csv", &file).await
        };
        Asked::Run(Task::batch([done, Task::perform(save, Message::Saved)]))
    }

    /// The dialog over the page.
    pub(super) fn dialog(&self) -> Option<Element<'_, Message>> {
        let dialog = self.statement.as_ref()?;
        Some(dialog.view().map(Message::InStatement))
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        let tools = row![
            button(t("check-seals"))
                .icon(Icon::ShieldCheck)
                .tool()
                .busy(self.checking)
                .on_press(Message::Check),
            button(t("save-csv"))
                .icon(Icon::Download)
                .tool()
                .busy(self.saving.is_some())
                .on_press_maybe(self.filter.is_understood().then_some(Message::Save)),
            button(t("statement"))
                .icon(Icon::FileText)
                .tool()
                .id(STATEMENT)
                .on_press(Message::Statement),
        ]
        .spacing(space::S);
        let head: Element<'_, Message> = if width < list::WIDE {
            column![title(t("activity")), tools.wrap()]
                .spacing(space::S)
                .into()
        } else {
            row![title(t("activity")), gap::horizontal(), tools]
                .align_y(Alignment::Center)
                .into()
        };
        let told = self
            .told
            .as_ref()
            .map(|(tone, words)| notice(*tone, "", words.clone()));
        let fault = self
            .failed
            .values()
            .next()
            .map(|error| failed(faults::sentence(error), t("try-again"), Message::TryAgain));
        let content = match &self.page {
            Some(page) if page.entries.is_empty() => list::nothing(),
            Some(page) => column![
                list::table(page, session, width),
                list::foot(page, self.before.len())
            ]
            .spacing(space::L)
            .into(),
            None => column![skeleton_row(3), skeleton_row(3), skeleton_row(3)].into(),
        };
        // Each has its place, taken or not: one that comes moves no focus.
        let asked = column![
            self.filter.view(width).map(Message::Filter),
            below(told),
            below(fault),
        ];
        scrolled(column![head, asked, content].spacing(space::L))
    }
}

/// What is said of a file that was saved, or not.
fn told(saved: Result<PathBuf, String>) -> (Tone, String) {
    match saved {
        Ok(path) => {
            let path = path.display().to_string();
            (Tone::Info, t!("file-saved", path = path))
        }
        Err(why) => (Tone::Error, t!("file-not-saved", why = why)),
    }
}

/// What is said under the filter, or nothing.
fn below<'a>(said: Option<Element<'a, Message>>) -> Element<'a, Message> {
    said.map_or_else(
        || gap().into(),
        |said| container(said).padding(padding::top(space::L)).into(),
    )
}

fn next_part(filter: ActivityFilter, after: Option<String>, session: &Session) -> Task<Message> {
    let call = SaveActivity { filter, after };
    session.door.ask(call).map(Message::Part)
}
