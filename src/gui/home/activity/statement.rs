//! The statement's dialog: for which day, as which file.

use std::path::PathBuf;

use iced::Task;
use iced::widget::column;

use super::super::{Asked, DialogAction};
use super::told;
use crate::api::{Error, Field, Statement, StatementOf};
use crate::domain::typed_day;
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, Tone, body, button, dialog, field, notice};
use crate::gui::words::t;
use crate::gui::{faults, saving, when};
use crate::paper;

pub(super) const DAY: &str = "statement-day";

/// The dialog.
#[derive(Debug)]
pub struct State {
    day: String,
    /// As which file, while it is on its way.
    busy: Option<As>,
    not_a_day: bool,
    error: Option<Error>,
    told: Option<(Tone, String)>,
}

/// As which file a statement is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// To be printed and sent.
    Pdf,
    /// To be worked with.
    Csv,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The day was changed.
    Typed(String),
    /// One of the two buttons.
    Save(As),
    /// The statement has come.
    Told(Result<Box<StatementOf>, Error>),
    /// Where it was saved, or why not.
    Saved(Result<PathBuf, String>),
    /// **Cancel**, Escape or the cross.
    Close,
}

type Action = DialogAction<Message>;

impl State {
    /// For today.
    pub(super) fn new(session: &Session) -> (Self, Task<Message>) {
        let today = when::day_there(session.door.now(), &session.me.time_zone);
        let state = Self {
            day: when::day_to_type(today),
            busy: None,
            not_a_day: false,
            error: None,
            told: None,
        };
        (state, focus(DAY))
    }

    /// Takes a message in.
    pub(super) fn update(&mut self, message: Message, session: &Session) -> Action {
        match message {
            Message::Typed(day) => {
                self.day = day;
                self.not_a_day = false;
                self.error = None;
                self.told = None;
            }
            Message::Save(_) if self.busy.is_some() => {}
            Message::Save(file) => {
                self.error = None;
                self.told = None;
                let Some(day) = typed_day(&self.day) else {
                    self.not_a_day = true;
                    return Action::run(focus(DAY));
                };
                self.busy = Some(file);
                let asked = session.door.ask(Statement { day });
                let told = asked.map(|told| Message::Told(told.map(Box::new)));
                return Action::run(told);
            }
            Message::Told(Ok(statement)) => return Action::Ask(self.save(*statement)),
            Message::Told(Err(error)) => {
                self.busy = None;
                if let Some(ended) = Asked::unless_ended(&error) {
                    return Action::Ask(ended);
                }
                self.error = Some(error);
                return Action::run(focus(DAY));
            }
            Message::Saved(saved) => {
                self.busy = None;
                self.told = Some(told(saved));
            }
            Message::Close => return Action::Closed,
        }
        Action::nothing()
    }

    fn save(&self, statement: StatementOf) -> Asked<Message> {
        let Some(file) = self.busy else {
            return Asked::nothing();
        };
        let name = t!(
            "statement-file",
            practice = statement.practice.as_str(),
            day = statement.day.to_string()
        );
        let save = async move {
            let (bytes, ending) = match file {
                As::Pdf => (paper::statement::pdf(&statement)?, "pdf"),
                As::Csv => {
                    let csv = paper::statement::csv(&statement);
                    (csv.map_err(|error| error.to_string())?, "csv")
                }
            };
            saving::save(name, ending, &bytes).await
        };
        Asked::Run(Task::perform(save, Message::Saved))
    }

    /// Draws it.
    pub(super) fn view(&self) -> Element<'_, Message> {
        let of_day = faults::of_field(self.error.as_ref(), Field::When);
        let fault = self.not_a_day.then(|| t("fault-day")).or(of_day);
        let other = self
            .error
            .as_ref()
            .filter(|_| fault.is_none())
            .map(faults::notice);
        let told = self
            .told
            .as_ref()
            .map(|(tone, words)| notice(*tone, "", words.clone()));
        let day = field(t("statement-day"), &self.day, Message::Typed)
            .id(DAY)
            .help(t("statement-day-help"))
            .error(fault)
            .on_submit(Message::Save(As::Pdf));
        let content = column![body(t("statement-body")), day]
            .push(other)
            .push(told)
            .spacing(space::M);
        dialog(t("statement"), t("close"), Message::Close)
            .content(content)
            .push(
                button(t("save-csv"))
                    .icon(Icon::Download)
                    .busy(self.busy == Some(As::Csv))
                    .on_press(Message::Save(As::Csv)),
            )
            .push(
                button(t("save-pdf"))
                    .primary()
                    .icon(Icon::FileText)
                    .busy(self.busy == Some(As::Pdf))
                    .on_press(Message::Save(As::Pdf)),
            )
            .into()
    }
}
