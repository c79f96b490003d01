//! Pictures of every screen, light and dark, held against the hashes of `tests/screens`.
//!
//! The pictures themselves lie in `tests/artefacts/screens`, to be looked at. After a change
//! that is meant, delete the hash file and run the test: it fails once and writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use iced::theme::{Base, Mode};
use image::RgbaImage;
use sha2::{Digest, Sha256};

use super::Stage;
use super::screens::visited;
use crate::gui::Message;
use crate::gui::theme::Theme;

const HASHES: &str = "tests/screens/hashes.txt";
const PICTURES: &str = "tests/artefacts/screens";
/// The one that README and the catalogue of programs show.
const SHOWN: &str = "users-light";

fn hash(pixels: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(pixels))
}

/// Those that are taken in high contrast too: between them they hold every kind of control.
const IN_HIGH_CONTRAST: &[&str] = &["users", "code-sms", "own-replace", "settings", "lock"];

fn taken(name: &str, stage: &mut Stage) -> Vec<(String, String)> {
    let mut themes = vec![Theme::Light, Theme::Dark];
    if IN_HIGH_CONTRAST.contains(&name) {
        themes.extend([Theme::HighContrastLight, Theme::HighContrastDark]);
    }
    let taken = themes.into_iter().map(|theme| {
        let word = theme.name();
        let (width, height, pixels) = stage.picture(theme);
        let name = format!("{name}-{word}");
        let hash = hash(&pixels);
        let picture = RgbaImage::from_raw(width, height, pixels).unwrap();
        let file = Path::new(PICTURES).join(&name).with_extension("png");
        picture.save(file).unwrap();
        (name, hash)
    });
    taken.collect()
}

#[test]
fn every_screen_looks_as_it_did() {
    fs::create_dir_all(PICTURES).unwrap();
    let hashes: BTreeMap<_, _> = visited(taken).into_iter().flatten().collect();
    let mut now = String::new();
    for (name, hash) in &hashes {
        writeln!(now, "{name} {hash}").unwrap();
    }
    let Ok(before) = fs::read_to_string(HASHES) else {
        fs::create_dir_all("tests/screens").unwrap();
        fs::write(HASHES, now).unwrap();
        panic!("{HASHES} was not there and is made: look at {PICTURES}, then run again");
    };
    let other: Vec<_> = now
        .lines()
        .filter(|line| !before.lines().any(|was| was == *line))
        .collect();
    assert!(other.is_empty(), "look at {PICTURES}: {other:#?}");
    assert_eq!(before.lines().count(), hashes.len(), "a screen is gone");
    let shown = format!("packaging/screenshots/{SHOWN}.png");
    let pixels = image::open(&shown).unwrap().into_rgba8().into_raw();
    let is_so_today = hash(&pixels) == hashes[SHOWN];
    assert!(is_so_today, "copy {PICTURES}/{SHOWN}.png to {shown}");
}

#[test]
fn the_window_follows_the_desktop() {
    let mut stage = Stage::opened();
    for (said, theme) in [
        (Message::ThemeIs(Mode::Dark), Theme::Dark),
        (Message::ContrastIs(true), Theme::HighContrastDark),
        (Message::ThemeIs(Mode::Light), Theme::HighContrastLight),
        (Message::ThemeIs(Mode::None), Theme::HighContrastLight),
        (Message::ContrastIs(false), Theme::Light),
    ] {
        stage.said(said);
        assert_eq!(stage.app.theme(), theme);
    }
}
