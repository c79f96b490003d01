//! The screens of a list of people.

use std::path::PathBuf;

use iced::keyboard::key::Named;

use super::super::Stage;
use super::users;
use crate::backend::staged::Phone;

/// A list in which something is wrong with most lines.
const LIST: &str = "Name;E-mail;Role\r\n\
    Grace Park;grace@hills.example;Reception\r\n\
    Hugo Lind;hugo@hills.example;Practitioner\r\n\
    Ella Smith;ella@hills.example;Reception\r\n\
    Iris Wong;iris@hills.example;Full access\r\n\
    Jack Reid;jack at hills;Reception\r\n\
    Kira Moss;grace@hills.example;Nurse\r\n";

/// The dialog, and a folder for the file.
pub(in crate::gui::tests) fn dialog() -> (Stage, Phone, tempfile::TempDir) {
    let (mut stage, phone) = users();
    stage.push("Import");
    (stage, phone, tempfile::tempdir().unwrap())
}

/// Types the path of a file with this text, and reads it.
pub(in crate::gui::tests) fn give(stage: &mut Stage, folder: &tempfile::TempDir, text: &str) {
    let path: PathBuf = folder.path().join("people.csv");
    std::fs::write(&path, text).unwrap();
    stage.type_text(&path.display().to_string());
    stage.press(Named::Enter);
    stage.settle();
}

/// There is no such file.
pub(super) fn no_list() -> Stage {
    let (mut stage, ..) = dialog();
    stage.type_text("people.csv");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// What was read of a list in a practice that has mail.
pub(in crate::gui::tests) fn read_with_mail() -> Stage {
    let (mut stage, _) = super::super::delivery::pages::set();
    stage.push("Users");
    stage.push("Import");
    let folder = tempfile::tempdir().unwrap();
    give(&mut stage, &folder, LIST);
    stage
}

/// What was read of a list.
pub(in crate::gui::tests) fn read() -> (Stage, Phone) {
    let (mut stage, phone, folder) = dialog();
    give(&mut stage, &folder, LIST);
    (stage, phone)
}

/// What became of it.
pub(in crate::gui::tests) fn done() -> Stage {
    let (mut stage, _) = read();
    stage.press(Named::Enter);
    stage.settle();
    stage
}
