//! The practice cannot be opened: what is wrong, and what to do. Nothing was made in its place.

use iced::widget::column;
use iced::{Alignment, Length, Task};

use super::focus;
use crate::backend::OpenFault;
use crate::gui::theme::{size, space};
use crate::gui::widget::{Element, Tone, brand, button, card, centred, notice, title};
use crate::gui::words::t;
use crate::keychain;

const AGAIN: &str = "trouble-again";

/// What is wrong.
#[derive(Debug)]
pub struct State {
    fault: OpenFault,
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// **Try again**.
    TryAgain,
}

impl State {
    /// The screen for a fault.
    pub fn new(fault: OpenFault) -> (Self, Task<Message>) {
        (Self { fault }, focus(AGAIN))
    }

    /// The window's title.
    pub fn title(&self) -> String {
        t("trouble-title")
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let (what, then) = words(&self.fault);
        let form = column![
            title(t("trouble-title")),
            notice(Tone::Error, what, then),
            button(t("try-again"))
                .primary()
                .id(AGAIN)
                .width(Length::Fill)
                .on_press(Message::TryAgain),
        ]
        .spacing(space::L);
        centred(
            column![brand(), card(form, size::CARD + 40.0)]
                .spacing(space::XL)
                .align_x(Alignment::Center),
        )
    }
}

/// What is wrong, and what to do.
pub fn words(fault: &OpenFault) -> (String, String) {
    let path = |path: &std::path::Path| path.display().to_string();
    match fault {
        OpenFault::Keyring(keychain::Fault::Locked) => {
            (t("keyring-locked"), t("keyring-locked-help"))
        }
        OpenFault::Keyring(_) => (t("keyring-silent"), t("keyring-silent-help")),
        OpenFault::KeyMissing(file) => {
            (t("key-missing"), t!("key-missing-help", path = path(file)))
        }
        OpenFault::KeyWrong(file) => (t("key-wrong"), t!("key-missing-help", path = path(file))),
        OpenFault::DatabaseMissing(file) => (
            t("database-missing"),
            t!("database-missing-help", path = path(file)),
        ),
        OpenFault::DatabaseDamaged(file) => (
            t("database-damaged"),
            t!("database-damaged-help", path = path(file)),
        ),
        OpenFault::DatabaseNewer { found, known } => (
            t("database-newer"),
            t!("database-newer-help", found = *found, known = *known),
        ),
        OpenFault::DatabaseBusy(file) => (
            t("database-busy"),
            t!("database-busy-help", path = path(file)),
        ),
        OpenFault::DiskFull => (t("fault-disk-space"), String::new()),
        OpenFault::ReadOnly(file) => (
            t("fault-disk-read-only"),
            t!("read-only-help", path = path(file)),
        ),
        OpenFault::Other => (t("open-other"), t("open-other-help")),
    }
}
