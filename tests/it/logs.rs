//! What the whole program says of itself at the level of TRACE (attack 64).

mod clumsy;
mod story;

use std::path::Path;
use std::process::Command;

/// Where the child of [`a_whole_story_at_trace_tells_no_secret`] writes down its secrets.
const FOLDER: &str = "VESTIBULE_TEST_STORY";

/// One process hears one logger, and this test hears everything: so the story is told by a process
/// of its own, to the logger of the program.
#[tokio::test]
async fn a_whole_story_at_trace_tells_no_secret() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        vestibule::logging::start("off", vestibule::logging::Form::Lines);
        let private = story::tell().await.join("\n");
        return std::fs::write(Path::new(&folder).join("private"), private).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "logs::a_whole_story_at_trace_tells_no_secret"])
        .arg("--nocapture")
        .env(FOLDER, folder.path())
        .envs([(
            "VESTIBULE_LOG",
            "trace,cosmic_text::shape=trace,iced_graphics=trace",
        )])
        .envs([("RUST_BACKTRACE", "1"), ("NO_COLOR", "1")])
        .output()
        .unwrap();
    let said = [child.stdout, child.stderr].map(|said| String::from_utf8(said).unwrap());
    let said = said.concat();
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
    for heard in [
        "TRACE hyper_util",
        "DEBUG keyring_core",
        "DEBUG sqlx",
        "ERROR vestibule",
        "panicked at",
    ] {
        assert!(said.contains(heard), "nothing of {heard} in {said}");
    }
    let private = std::fs::read_to_string(folder.path().join("private")).unwrap();
    assert!(private.lines().count() > 60, "{private}");
    for secret in private.lines() {
        let line = said.lines().find(|line| stands_in(secret, line));
        assert_eq!(line, None, "{secret}");
    }
}

/// Whether it is told, and not only a part of a longer number or word.
fn stands_in(secret: &str, line: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    line.match_indices(secret).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + secret.len()..]);
        !joins(before.chars().next_back()) && !joins(after.chars().next())
    })
}

#[test]
fn a_secret_is_found_in_a_line_and_a_number_in_it_is_not() {
    assert!(stands_in("135790", "code=135790"));
    assert!(stands_in("135790", "at 1.1357901, \"135790\""));
    assert!(!stands_in("135790", "018f135790 1357901"));
}
