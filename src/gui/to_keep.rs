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
const PRINT: &str = "to-keep-print";
const NOT_THERE: &str = "to-keep-not-there";
const TICK: &str = "to-keep-tick";

/// What is to be kept, and what became of it.
#[derive(Debug)]
pub struct State {
    copied: Secret,
    /// What is saved or printed.
    page: Secret,
    /// What the file is called; none of what belongs apart from this computer's files.
    name: Option<String>,
    /// Where it would be printed, until the person has read that and says so: others may stand at
    /// that printer.
    printer: Option<String>,
    ticked: bool,
    asked_to_tick: bool,
    /// The window was to be closed, and the tick asked for.
    closing: bool,
    told: Option<(Tone, String)>,
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
    /// The default printer, if there is one; or why it cannot be asked for.
    Found(Result<Option<String>, String>),
    /// **Print there**.
    PrintThere,
    /// **Not there**.
    NotThere,
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
            printer: None,
            ticked: false,
            asked_to_tick: false,
            closing: false,
            told: None,
        }
    }

    /// Whether it was copied, saved or printed.
    pub fn was_kept(&self) -> bool {
        matches!(self.told, Some((Tone::Info, _)))
    }

    /// Says that it is gone with the dialog; whoever goes on all the same has read it.
    pub fn warn(&mut self) -> Task<Message> {
        self.told = Some((Tone::Warning, t("not-kept-yet")));
        focus(COPY)
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
            Message::Print => {
                return Task::perform(printing::default_printer(), Message::Found);
            }
            Message::Found(Ok(Some(printer))) => {
                self.told = None;
                self.printer = Some(printer);
                // Not where a second press would print.
                return focus(NOT_THERE);
            }
            Message::Found(Ok(None)) => self.told = Some((Tone::Warning, t("no-printer"))),
            Message::PrintThere => {
                let Some(printer) = self.printer.take() else {
                    return Task::none();
                };
                self.told = Some((Tone::Info, t!("printing", printer = printer.as_str())));
                let page = self.page.clone();
                let print = async move {
                    printing::print(&printer, &page).await?;
                    Ok(printer)
                };
                let print = Task::perform(print, Message::Printed);
                return Task::batch([focus(PRINT), print]);
            }
            Message::NotThere => {
                self.printer = None;
                return focus(PRINT);
            }
            Message::Printed(Ok(printer)) => {
                self.told = Some((Tone::Info, t!("printed", printer = printer)));
            }
            Message::Found(Err(why)) | Message::Printed(Err(why)) => {
                self.told = Some((Tone::Error, t!("not-printed", why = why)));
            }
            Message::Ticked(ticked) => {
                self.ticked = ticked;
                self.asked_to_tick = false;
            }
        }
        Task::none()
    }

    /// Asks for the tick, unless it is ticked as kept.
    pub fn ask_for_tick(&mut self) -> Option<Task<Message>> {
        if self.ticked {
            return None;
        }
        self.asked_to_tick = true;
        Some(focus(TICK))
    }

    /// The window is to be closed: asks for the tick first, once.
    pub fn ask_before_closing(&mut self) -> Option<Task<Message>> {
        let asked = std::mem::replace(&mut self.closing, true);
        self.ask_for_tick().filter(|_| !asked)
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
        .push(printing::IS_HERE.then(|| {
            button(t("print"))
                .icon(Icon::Printer)
                .id(PRINT)
                .on_press(Message::Print)
        }))
        .spacing(space::S)
        .wrap();
        let told = self
            .told
            .as_ref()
            .map(|(tone, words)| notice(*tone, "", words.clone()));
        let there = self.printer.as_deref().map(Self::ask_where);
        column![buttons]
            .push(told)
            .push(there)
            .spacing(space::L)
            .into()
    }

    /// Which printer it is, and whether it is to be that.
    fn ask_where<'a>(printer: &str) -> Element<'a, Message> {
        let buttons = row![
            button(t("print-there"))
                .icon(Icon::Printer)
                .on_press(Message::PrintThere),
            button(t("not-there"))
                .id(NOT_THERE)
                .on_press(Message::NotThere),
        ];
        let words = t!("print-where", printer = printer);
        column![notice(Tone::Info, "", words), buttons.spacing(space::S)]
            .spacing(space::S)
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
