//! Something secret that is shown once: copied, saved or printed, and ticked as kept.

use std::path::PathBuf;

use iced::Task;
use iced::widget::{column, row};

use super::clipboard;
use super::printing;
use super::saving;
use super::screen::focus;
use super::theme::space;
use super::widget::{Element, Icon, Tone, button, checkbox, notice};
use super::words::t;
use crate::api::Secret;

/// The first button, for the focus.
pub const COPY: &str = "to-keep-copy";
const TICK: &str = "to-keep-tick";

/// What is to be kept, and what became of it.
#[derive(Debug)]
pub struct State {
    copied: Secret,
    /// What is saved or printed.
    page: Secret,
    /// What the file is called; none of what belongs apart from this computer's files.
    name: Option<String>,
    printing: Printing,
    ticked: bool,
    asked_to_tick: bool,
    told: Option<(Tone, String)>,
}

/// How far the printing is. Nothing is sent to a printer that the person has not read the name of:
/// others may stand at it.
#[derive(Debug, PartialEq, Eq)]
enum Printing {
    /// Not asked for.
    Offered,
    /// The queue is asked.
    Busy,
    /// It would go to this printer.
    To(String),
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// **Copy**.
    Copy,
    /// The clipboard took it, or not.
    Copied(bool),
    /// **Save as a text file**.
    Save,
    /// Where it was saved, or why not.
    Saved(Result<PathBuf, String>),
    /// **Print**.
    Print,
    /// The default printer, if there is one.
    Found(Option<String>),
    /// It was sent to this printer, or why not.
    Printed(Result<String, String>),
    /// The tick was set, or taken away.
    Ticked(bool),
}

impl State {
    /// What is copied, what is saved or printed, and the file's name without its ending.
    pub fn new(copied: Secret, page: Secret, name: String) -> Self {
        Self {
            name: Some(name),
            ..Self::without_file(copied, page)
        }
    }

    /// What is copied or printed, and not saved beside what it opens.
    pub fn without_file(copied: Secret, page: Secret) -> Self {
        Self {
            copied,
            page,
            name: None,
            printing: Printing::Offered,
            ticked: false,
            asked_to_tick: false,
            told: None,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::Copy => {
                let copy = clipboard::copy(self.copied.clone());
                return Task::perform(copy, Message::Copied);
            }
            Message::Copied(true) => self.told = Some((Tone::Info, t("copied"))),
            Message::Copied(false) => self.told = Some((Tone::Error, t("not-copied"))),
            Message::Save => {
                let Some(name) = self.name.clone() else {
                    return Task::none();
                };
                let page = self.page.clone();
                let save = async move { saving::save(name, "txt", page.expose().as_bytes()).await };
                return Task::perform(save, Message::Saved);
            }
            Message::Saved(Ok(path)) => {
                let path = path.display().to_string();
                self.told = Some((Tone::Info, t!("saved-as", path = path)));
            }
            Message::Saved(Err(why)) => {
                self.told = Some((Tone::Error, t!("not-saved", why = why)));
            }
            Message::Print => return self.print(),
            Message::Found(Some(printer)) => {
                self.told = Some((Tone::Info, t!("print-where", printer = printer.as_str())));
                self.printing = Printing::To(printer);
            }
            Message::Found(None) => {
                self.told = Some((Tone::Warning, t("no-printer")));
                self.printing = Printing::Offered;
            }
            Message::Printed(printed) => {
                self.printing = Printing::Offered;
                self.told = Some(match printed {
                    Ok(printer) => (Tone::Info, t!("printed", printer = printer)),
                    Err(why) => (Tone::Error, t!("not-printed", why = why)),
                });
            }
            Message::Ticked(ticked) => {
                self.ticked = ticked;
                self.asked_to_tick = false;
            }
        }
        Task::none()
    }

    /// Looks for the printer; prints on the one that was named.
    fn print(&mut self) -> Task<Message> {
        match std::mem::replace(&mut self.printing, Printing::Busy) {
            Printing::Offered => Task::perform(printing::default_printer(), Message::Found),
            Printing::Busy => Task::none(),
            Printing::To(printer) => {
                let page = self.page.clone();
                let print = async move {
                    printing::print(&printer, &page).await?;
                    Ok(printer)
                };
                Task::perform(print, Message::Printed)
            }
        }
    }

    /// Asks for the tick, unless it is ticked as kept.
    pub fn ask_for_tick(&mut self) -> Option<Task<Message>> {
        if self.ticked {
            return None;
        }
        self.asked_to_tick = true;
        Some(focus(TICK))
    }

    /// **Copy**, **Save** and **Print**, and what became of them.
    pub fn buttons(&self) -> Element<'_, Message> {
        let buttons = row![
            button(t("copy"))
                .icon(Icon::Copy)
                .id(COPY)
                .on_press(Message::Copy),
        ]
        .push(self.name.as_ref().map(|_| {
            button(t("save-file"))
                .icon(Icon::Download)
                .on_press(Message::Save)
        }))
        .push(printing::IS_HERE.then(|| self.print_button()))
        .spacing(space::S)
        .wrap();
        let told = self
            .told
            .as_ref()
            .map(|(tone, words)| notice(*tone, "", words.clone()));
        column![buttons].push(told).spacing(space::L).into()
    }

    fn print_button(&self) -> Element<'_, Message> {
        let label = match &self.printing {
            Printing::To(_) => t("print-there"),
            Printing::Offered | Printing::Busy => t("print"),
        };
        button(label)
            .icon(Icon::Printer)
            .busy(self.printing == Printing::Busy)
            .on_press(Message::Print)
            .into()
    }

    /// The tick, with these words; and what is said while it is missing.
    pub fn tick(&self, words: String, missing: String) -> Element<'_, Message> {
        let asked = self
            .asked_to_tick
            .then(|| notice(Tone::Warning, "", missing));
        column![checkbox(words, self.ticked, Message::Ticked).id(TICK)]
            .push(asked)
            .spacing(space::L)
            .into()
    }
}
