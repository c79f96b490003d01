//! Pictures of every screen, light and dark, held against the hashes of `tests/screens`.
//!
//! The pictures themselves lie in `tests/artefacts/screens`, to be looked at. After a change
//! that is meant, delete the hash file and run the test: it fails once and writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use image::RgbaImage;
use sha2::{Digest, Sha256};

use super::Stage;
use super::screens::trouble::{open_faults, trouble};
use super::screens::{SCREENS, Shown};
use crate::gui::theme::Theme;

const HASHES: &str = "tests/screens/hashes.txt";
const PICTURES: &str = "tests/artefacts/screens";

fn take(name: &str, stage: &mut Stage, hashes: &mut BTreeMap<String, String>) {
    for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let (width, height, pixels) = stage.picture(theme);
        let name = format!("{name}-{word}");
        let hash = Sha256::digest(&pixels);
        hashes.insert(name.clone(), data_encoding::HEXLOWER.encode(&hash));
        let picture = RgbaImage::from_raw(width, height, pixels).unwrap();
        let file = Path::new(PICTURES).join(name).with_extension("png");
        picture.save(file).unwrap();
    }
}

#[test]
fn every_screen_looks_as_it_did() {
    fs::create_dir_all(PICTURES).unwrap();
    let mut hashes = BTreeMap::new();
    let half = SCREENS.len() / 2;
    let of = |screens: &'static [Shown]| {
        move || {
            let mut hashes = BTreeMap::new();
            for (name, show) in screens {
                take(name, &mut show(), &mut hashes);
            }
            hashes
        }
    };
    // Two at a time: it is the longest of all tests.
    let other = std::thread::spawn(of(&SCREENS[..half]));
    hashes.extend(of(&SCREENS[half..])());
    hashes.extend(other.join().unwrap());
    for (number, fault) in open_faults().into_iter().enumerate() {
        take(
            &format!("trouble-{number:02}"),
            &mut trouble(fault),
            &mut hashes,
        );
    }
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
}
