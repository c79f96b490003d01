//! The practice recovery key, shown once.

use std::io::Write;
use std::path::{Path, PathBuf};

use iced::widget::{column, row};
use iced::{Alignment, Task};

use super::{focus, in_two_lines};
use crate::api::Secret;
use crate::gui::clipboard;
use crate::gui::theme::{size, space};
use crate::gui::widget::{
    Element, Icon, Tone, body, brand, button, card, centred, checkbox, mono, notice, panel, small,
    title,
};
use crate::gui::words::t;

const COPY: &str = "recovery-key-copy";
const TICK: &str = "recovery-key-tick-box";

/// The key, and what became of it.
#[derive(Debug)]
pub struct State {
    practice: String,
    key: Secret,
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
    /// **Done**.
    Done,
}

/// What the window has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing but this task.
    Run(Task<Message>),
    /// Go on: the key is saved.
    Done,
}

impl State {
    /// The screen for a new key.
    pub fn new(practice: String, key: Secret) -> (Self, Task<Message>) {
        let state = Self {
            practice,
            key,
            ticked: false,
            asked_to_tick: false,
            told: None,
        };
        (state, focus(COPY))
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("recovery-key-title")
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Copy => {
                let copy = clipboard::copy(self.key.clone());
                return Action::Run(Task::perform(copy, Message::Copied));
            }
            Message::Copied(true) => self.told = Some((Tone::Info, t("copied"))),
            Message::Copied(false) => self.told = Some((Tone::Error, t("not-copied"))),
            Message::Save => {
                let text = t!(
                    "recovery-key-file",
                    practice = self.practice.as_str(),
                    key = self.key.expose()
                );
                return Action::Run(Task::perform(save(text), Message::Saved));
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
            Message::Done if self.ticked => return Action::Done,
            Message::Done => {
                self.asked_to_tick = true;
                return Action::Run(focus(TICK));
            }
        }
        Action::Run(Task::none())
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let [first, second] = in_two_lines(self.key.expose(), '-');
        let form = column![
            title(t("recovery-key-title")),
            body(t("recovery-key-body")),
            panel(column![mono(first), mono(second)].spacing(space::XS)),
            row![
                button(t("copy"))
                    .icon(Icon::Copy)
                    .id(COPY)
                    .on_press(Message::Copy),
                button(t("save-file"))
                    .icon(Icon::Download)
                    .on_press(Message::Save),
            ]
            .spacing(space::S),
        ]
        .push(
            self.told
                .as_ref()
                .map(|(tone, words)| notice(*tone, "", words.clone())),
        )
        .push(small(t("recovery-key-warning")))
        .push(checkbox(t("recovery-key-saved"), self.ticked, Message::Ticked).id(TICK))
        .push(
            self.asked_to_tick
                .then(|| notice(Tone::Warning, "", t("recovery-key-tick"))),
        )
        .push(
            button(t("done"))
                .primary()
                .width(iced::Length::Fill)
                .on_press(Message::Done),
        )
        .spacing(space::L);
        centred(
            column![brand(), card(form, size::CARD + 40.0)]
                .spacing(space::XL)
                .align_x(Alignment::Center),
        )
    }
}

/// Saves a text into the person's documents, for them alone to read. A file that is there
/// already stays: it may hold the key of another practice.
async fn save(text: String) -> Result<PathBuf, String> {
    let folders = directories::UserDirs::new().ok_or_else(|| t("no-home"))?;
    let folder = folders.document_dir().unwrap_or(folders.home_dir());
    write_new(folder, &text).map_err(|error| error.to_string())
}

fn write_new(folder: &Path, text: &str) -> std::io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut number = 1;
    loop {
        let path = folder.join(match number {
            1 => "Vestibule recovery key.txt".to_owned(),
            _ => format!("Vestibule recovery key {number}.txt"),
        });
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_saved_before_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_new(folder.path(), "first").unwrap();
        let second = write_new(folder.path(), "second").unwrap();
        assert_eq!(std::fs::read_to_string(&first).unwrap(), "first");
        assert_eq!(std::fs::read_to_string(&second).unwrap(), "second");
    }
}
