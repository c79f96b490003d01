//! The practice recovery key, shown once.

use std::path::PathBuf;

use iced::widget::{column, row};
use iced::{Alignment, Task};

use super::focus;
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
        let shown = self
            .key
            .expose()
            .split_at_checked(self.key.expose().len().div_ceil(2))
            .map_or_else(
                || column![mono(self.key.expose())],
                |_| in_two_lines(self.key.expose()),
            );
        let form = column![
            title(t("recovery-key-title")),
            body(t("recovery-key-body")),
            panel(shown),
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

/// The groups of the key in two lines, so that none is broken in the middle.
fn in_two_lines<'a, M: 'a>(key: &str) -> iced::widget::Column<'a, M, crate::gui::theme::Theme> {
    let groups: Vec<&str> = key.split('-').collect();
    let half = groups.len().div_ceil(2);
    column![
        mono(groups[..half].join(" ")),
        mono(groups[half..].join(" "))
    ]
    .spacing(space::XS)
}

/// Saves a text into the person's documents, for them alone to read.
async fn save(text: String) -> Result<PathBuf, String> {
    let folders = directories::UserDirs::new().ok_or_else(|| t("no-home"))?;
    let folder = folders.document_dir().unwrap_or(folders.home_dir());
    let path = folder.join("Vestibule recovery key.txt");
    let write = || {
        use std::io::Write;
        std::fs::create_dir_all(folder)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        options.open(&path)?.write_all(text.as_bytes())
    };
    write()
        .map(|()| path.clone())
        .map_err(|error| error.to_string())
}
