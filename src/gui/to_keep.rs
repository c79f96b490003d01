//! Something secret that is shown once: copied, saved, and ticked as kept.

use std::path::PathBuf;

use iced::Task;
use iced::widget::{column, row};

use super::clipboard;
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
    /// What is saved, and under which name; none of what belongs apart from this computer's files.
    file: Option<(Secret, String)>,
    ticked: bool,
    asked_to_tick: bool,
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
    /// The tick was set, or taken away.
    Ticked(bool),
}

impl State {
    /// What is copied, what the file holds, and the file's name without its ending.
    pub fn new(copied: Secret, file: Secret, name: String) -> Self {
        Self {
            file: Some((file, name)),
            ..Self::without_file(copied)
        }
    }

    /// What is copied or written down, and not saved beside what it opens.
    pub fn without_file(copied: Secret) -> Self {
        Self {
            copied,
            file: None,
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
                let Some((file, name)) = self.file.clone() else {
                    return Task::none();
                };
                let save = async move { saving::save(name, "txt", file.expose().as_bytes()).await };
                return Task::perform(save, Message::Saved);
            }
            Message::Saved(Ok(path)) => {
                let path = path.display().to_string();
                self.told = Some((Tone::Info, t!("saved-as", path = path)));
            }
            Message::Saved(Err(why)) => {
                self.told = Some((Tone::Error, t!("not-saved", why = why)));
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

    /// **Copy** and **Save**, and what became of them.
    pub fn buttons(&self) -> Element<'_, Message> {
        let buttons = row![
            button(t("copy"))
                .icon(Icon::Copy)
                .id(COPY)
                .on_press(Message::Copy),
        ]
        .push(self.file.as_ref().map(|_| {
            button(t("save-file"))
                .icon(Icon::Download)
                .on_press(Message::Save)
        }))
        .spacing(space::S);
        let told = self
            .told
            .as_ref()
            .map(|(tone, words)| notice(*tone, "", words.clone()));
        column![buttons].push(told).spacing(space::L).into()
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
