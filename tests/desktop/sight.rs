//! What can be read off a picture of the window.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::desk::{run, text};

/// The words on a picture, in lines; the order of the lines is not to be relied on.
pub(crate) fn words(picture: &Path) -> String {
    // Nothing is packed that is read once.
    let large = picture.with_extension("large.pgm");
    // Letters of 14 pixels are below what tesseract reads well.
    let enlarged = run(Command::new("convert")
        .arg(picture)
        .args([
            "-colorspace",
            "Gray",
            "-filter",
            "Lanczos",
            "-resize",
            "300%",
        ])
        .arg(&large));
    assert!(enlarged.status.success(), "{}", text(&enlarged.stderr));
    let read = run(Command::new("tesseract")
        .arg(&large)
        .args(["-", "--psm", "11", "-l", "eng"])
        // Several threads wait for each other longer than one takes.
        .env("OMP_THREAD_LIMIT", "1"));
    let _ = fs::remove_file(large);
    assert!(read.status.success(), "{}", text(&read.stderr));
    text(&read.stdout)
}

/// Whether the words of a picture hold this text, in whatever case and spacing.
pub(crate) fn holds(words: &str, wanted: &str) -> bool {
    flat(words).contains(&flat(wanted))
}

/// What the QR code on a picture says, if there is one that can be read.
pub(crate) fn qr(picture: &Path) -> Option<String> {
    let read = run(Command::new("zbarimg")
        .args(["--raw", "--quiet", "-Sdisable", "-Sqrcode.enable"])
        .arg(picture));
    let said = text(&read.stdout).trim().to_owned();
    (!said.is_empty()).then_some(said)
}

/// The words in one line, in small letters.
pub(crate) fn flat(words: &str) -> String {
    words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
