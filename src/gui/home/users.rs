//! Profile > Users: the table, its counts and filters, and the dialogs that open from it.

mod dialogs;
mod list;
mod selection;

use std::time::Duration;

use iced::widget::{Id, column, row, space as gap};
use iced::{Alignment, Length, Task};

use super::Asked;
use crate::api::{Error, People, PeoplePage, Person, Sort as Order, SortBy};
use crate::domain::{Role, Status, UserId};
use crate::gui::door::Session;
use crate::gui::faults;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, button, failed, field, focus_if_none, scrolled, skeleton_row, table, title,
};
use crate::gui::words::t;
use dialogs::Dialog;
use selection::Selection;

pub(super) const SEARCH: &str = "users-search";

/// How long the typing rests before the backend is asked.
const TYPING: Duration = Duration::from_millis(120);

/// The page.
#[derive(Debug)]
pub struct State {
    page: Option<PeoplePage>,
    search: String,
    filter: Option<Status>,
    /// Those who do not work here now, instead of those who do.
    away: bool,
    sort: Order,
    /// The cursors of the pages before this one, the first page's (none) first.
    before: Vec<Option<String>>,
    after: Option<String>,
    /// Which answer is awaited: earlier ones are dropped.
    asked: u32,
    error: Option<Error>,
    ticked: Selection,
    dialog: Option<Dialog>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// A page has come, as the answer to this question.
    Loaded(u32, Result<PeoplePage, Error>),
    /// The search was changed.
    Searched(String),
    /// The typing has rested since this question.
    Rested(u32),
    /// A count was pressed.
    Filtered(Option<Status>),
    /// **Show everyone**.
    Everyone,
    /// Those who do not work here now.
    Away,
    /// A header was pressed.
    Sorted(SortBy),
    /// The next page.
    Next,
    /// The page before.
    Previous,
    /// A cog was pressed.
    Open(Box<Person>),
    /// **Add a person**.
    Add,
    /// **Import**.
    Import,
    /// **Try again**.
    TryAgain,
    /// Somebody was ticked, or not any more.
    Ticked(UserId, bool),
    /// Everyone of the page was.
    TickedPage(bool),
    /// Nobody is to be ticked.
    ClearTicks,
    /// **Turn on or remind**, for those who are ticked.
    Several,
    /// In the dialog with this id: an answer to another one than is open now comes too late.
    InDialog(Id, dialogs::Said),
}

impl State {
    /// Loads the first page.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        Self::in_status(None, session)
    }

    /// As [`Self::new`], only the people in a status.
    pub(super) fn in_status(filter: Option<Status>, session: &Session) -> (Self, Task<Message>) {
        let mut state = Self {
            page: None,
            search: String::new(),
            filter,
            away: false,
            sort: Order {
                by: SortBy::Name,
                descending: false,
            },
            before: Vec::new(),
            after: None,
            asked: 0,
            error: None,
            ticked: Selection::default(),
            dialog: None,
        };
        let load = state.load(session);
        (state, Task::batch([load, focus(first(session))]))
    }

    /// The person is there again, who had a dialog open or none.
    pub(super) fn returned_to(&mut self, session: &Session) -> Task<Message> {
        let first = match &mut self.dialog {
            Some(dialog) => dialog.returned_to(session),
            None => focus(first(session)),
        };
        Task::batch([self.load(session), first])
    }

    /// The server answers again: what could not be read is asked for now.
    pub(super) fn found_again(&mut self, session: &Session) -> Task<Message> {
        let load = match self.error {
            Some(_) => self.load(session),
            None => Task::none(),
        };
        let dialog = match &mut self.dialog {
            Some(dialog) => dialog.found_again(session),
            None => Task::none(),
        };
        Task::batch([load, dialog])
    }

    pub(super) fn load(&mut self, session: &Session) -> Task<Message> {
        self.ask(session, true)
    }

    fn ask(&mut self, session: &Session, count: bool) -> Task<Message> {
        self.asked += 1;
        let asked = self.asked;
        let call = People {
            search: self.search.clone(),
            status: self.filter,
            away: self.away,
            sort: self.sort,
            after: self.after.clone(),
            count,
        };
        session
            .door
            .ask(call)
            .map(move |page| Message::Loaded(asked, page))
    }

    fn back_to_first(&mut self, session: &Session) -> Asked<Message> {
        self.leave_page();
        Asked::Run(self.load(session))
    }

    /// Other people are asked for: from the page that is still shown none can be turned.
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
            Message::Loaded(_, Ok(mut page)) => {
                let failed = self.error.take().is_some();
                // Of a page that was only turned the counts stand.
                let before = || self.page.as_ref()?.counted;
                page.counted = page.counted.or_else(before);
                // A dialog that was open before the row came keeps the focus.
                let alone = self.page.replace(page).is_none() && self.dialog.is_none();
                if alone && !session.me.role.has_full_access() {
                    return Asked::Run(focus(first(session)));
                }
                if failed {
                    // **Try again** is gone.
                    return Asked::Run(focus_if_none(first(session)));
                }
            }
            Message::Loaded(_, Err(error)) => {
                if let Some(ended) = Asked::unless_ended(&error) {
                    return ended;
                }
                self.error = Some(error);
            }
            Message::Searched(search) => {
                self.search = search;
                self.leave_page();
                self.asked += 1;
                let asked = self.asked;
                return Asked::Run(Task::perform(tokio::time::sleep(TYPING), move |()| {
                    Message::Rested(asked)
                }));
            }
            Message::Rested(asked) if asked == self.asked => return self.back_to_first(session),
            Message::Rested(_) => {}
            Message::Filtered(filter) => {
                self.filter = filter;
                return self.back_to_first(session);
            }
            Message::Away => {
                self.away = true;
                self.filter = None;
                self.leave_page();
                // The button that was pressed goes.
                return Asked::Run(self.returned_to(session));
            }
            Message::Everyone => {
                self.search.clear();
                self.away = false;
                self.filter = None;
                self.leave_page();
                return Asked::Run(self.returned_to(session));
            }
            Message::Sorted(by) => {
                self.sort.descending = self.sort.by == by && !self.sort.descending;
                self.sort.by = by;
                return self.back_to_first(session);
            }
            Message::Next => {
                let next = self.page.as_ref().and_then(|page| page.next.clone());
                // Pressed again before the page has come, it is the same page that is asked for.
                if next.is_some() && next != self.after {
                    self.before.push(std::mem::replace(&mut self.after, next));
                    return Asked::Run(self.ask(session, false));
                }
            }
            Message::Previous => {
                if let Some(before) = self.before.pop() {
                    self.after = before;
                    return Asked::Run(self.ask(session, false));
                }
            }
            Message::TryAgain => return Asked::Run(self.load(session)),
            Message::Ticked(user, on) => {
                if let Some(page) = &self.page {
                    self.ticked.tick_one(page, &user, on);
                }
            }
            Message::TickedPage(on) => {
                if let Some(page) = &self.page {
                    self.ticked.tick_page(page, on);
                }
            }
            Message::ClearTicks => self.ticked.clear(),
            Message::InDialog(id, said) => return self.in_dialog(&id, said, session),
            opens => return self.opens(opens, session),
        }
        Asked::nothing()
    }

    /// Draws it in a window of this width.
    pub(super) fn view<'a>(&'a self, session: &'a Session, width: f32) -> Element<'a, Message> {
        let full = session.me.role == Role::FullAccess;
        let narrow = width < list::WITH_ROLE;
        let import = || {
            button(t("import"))
                .icon(Icon::Upload)
                .tool()
                .on_press(Message::Import)
        };
        let tools = row![]
            .push(full.then(|| {
                field(t("search"), &self.search, Message::Searched)
                    .id(SEARCH)
                    .hide_label()
                    .placeholder(t("search"))
                    .icon(Icon::Search)
                    .tool()
                    .width(if narrow {
                        Length::Fill
                    } else {
                        Length::Fixed(260.0)
                    })
            }))
            .push((full && !narrow).then(import))
            .push(full.then(|| {
                button(t("add-person"))
                    .primary()
                    .icon(Icon::UserPlus)
                    .tool()
                    .on_press(Message::Add)
            }))
            .spacing(space::S)
            .align_y(Alignment::Center);
        // The same shape in both, or the search would lose the focus with the width.
        let named = |shown: bool| -> Element<'_, Message> {
            if shown {
                title(t("users"))
            } else {
                gap().into()
            }
        };
        let head = column![
            // Beside the title where the search would have no room left.
            row![named(narrow), gap::horizontal()]
                .push((full && narrow).then(import))
                .align_y(Alignment::Center),
            row![
                named(!narrow),
                gap::horizontal().width(if narrow { Length::Shrink } else { Length::Fill }),
                tools
            ]
            .align_y(Alignment::Center)
        ]
        .spacing(if narrow { space::S } else { 0.0 });
        let fault = self
            .error
            .as_ref()
            .filter(|error| self.page.is_none() || !faults::is_no_answer(error))
            .map(|error| failed(faults::sentence(error), t("try-again"), Message::TryAgain));
        let content = match &self.page {
            Some(page) => self.people(page, session, width),
            None => column![skeleton_row(4), skeleton_row(4), skeleton_row(4)].into(),
        };
        scrolled(column![head].push(fault).push(content).spacing(space::L))
    }

    fn people<'a>(
        &'a self,
        page: &'a PeoplePage,
        session: &'a Session,
        width: f32,
    ) -> Element<'a, Message> {
        let counts: Option<Element<'_, Message>> = if self.away {
            Some(list::away())
        } else {
            let statuses = page.counted.and_then(|counted| counted.statuses);
            statuses.map(|counts| list::counts(counts, self.filter, width))
        };
        if page.people.is_empty() {
            return column![]
                .push(counts)
                .push(list::nobody(self.away))
                .spacing(space::L)
                .into();
        }
        // Without full access there is nobody to choose from, and away nothing to ask of them.
        let ticks = (session.me.role == Role::FullAccess && !self.away).then_some(&self.ticked);
        let columns = list::columns(page, self.sort, ticks, width);
        let rows = page
            .people
            .iter()
            .map(|person| list::person_row(person, session, ticks, width))
            .collect();
        let away = session.me.role == Role::FullAccess && !self.away;
        column![]
            .push(counts)
            .push(ticks.and_then(Selection::bar))
            .push(table(t("users"), columns, rows))
            .push(list::foot(page, self.before.len(), away))
            .spacing(space::L)
            .into()
    }
}

/// Where the page begins: without full access that is not there before the row has come.
fn first(session: &Session) -> Id {
    match session.me.role.has_full_access() {
        true => Id::new(SEARCH),
        false => list::cog(session.me.user.as_str()),
    }
}
