//! The law of the house: what each layer must not know, read off the source.
//!
//! The layers stand in CONTRIBUTING.md, and in words in the documentation of `src/lib.rs`. Each
//! law is shown to bite on a made-up source before it is held to the real one.

mod layers;
mod source;
mod words;

use layers::LAYERS;
use source::{Source, rust_files, sources};

/// Crates that only some modules may name; a crate's own family (`iced_core`,
/// `sqlx_core`) counts as the crate.
const HOMES: &[(&str, &[&str])] = &[
    ("iced", &["src/gui", "src/main"]),
    ("sqlx", &["src/store"]),
    ("axum", &["src/server"]),
    ("lettre", &["src/delivery"]),
    ("phonenumber", &["src/domain/mobile"]),
    ("reqwest", &["src/client", "src/delivery"]),
    (
        "rustls",
        &[
            "src/client",
            "src/delivery",
            "src/operate",
            "src/server",
            "src/tls",
        ],
    ),
    ("metrics", &["src/figures", "src/operate", "src/server"]),
    ("keyring", &["src/keychain"]),
    ("zbus_secret_service_keyring_store", &["src/keychain"]),
    ("apple_native_keyring_store", &["src/keychain"]),
    ("windows_native_keyring_store", &["src/keychain"]),
];

/// What the domain does without: it has no input, no output and no engine.
const NOT_IN_DOMAIN: &[&str] = &["sqlx", "iced", "axum", "tokio", "serde_json"];

/// Where the wall clock and the system's randomness are read.
const CLOCK_AND_RANDOMNESS: &[&str] = &["src/service/clock", "src/service/random"];

/// The variables that the programs may read: what to log, where the desktop is, and a server's
/// secrets. None of them weakens a sign-in (SECURITY.md, attack 100).
const VARIABLES: &[&str] = &[
    "VESTIBULE_LOG",
    "VESTIBULE_KEYS",
    "VESTIBULE_DATABASE_PASSWORD",
    "CREDENTIALS_DIRECTORY",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "WAYLAND_SOCKET",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
];

/// Longer than this, a file is no longer one thing.
const MOST_LINES: usize = 400;

/// Files that may be longer, each with its reason.
const LONG_FILES: &[(&str, &str)] = &[];

fn crates_out_of_place(source: &Source) -> Vec<String> {
    HOMES
        .iter()
        .filter(|(name, homes)| !source.is_in(homes) && source.names_crate(name))
        .map(|(name, homes)| format!("{} names {name}; its place is {homes:?}", source.path))
        .collect()
}

fn domain_knows_an_engine(source: &Source) -> Vec<String> {
    NOT_IN_DOMAIN
        .iter()
        .filter(|name| source.is_in(&["src/domain"]) && source.names_crate(name))
        .map(|name| format!("{} names {name}", source.path))
        .collect()
}

/// A file of a module names another of this crate that the table does not give it.
fn knows_a_layer_that_it_must_not(source: &Source) -> Vec<String> {
    let path = source.path.trim_start_matches("src/");
    let module = path.split(['/', '.']).next().unwrap_or_default();
    let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == module) else {
        return vec![format!(
            "{}: the table of layers has no {module}",
            source.path
        )];
    };
    let root = ["crate", "vestibule"].map(|root| source.first_segments(root));
    // Other names may be those of a neighbour.
    let mut above = source.first_segments("super");
    above.retain(|named| named == "service" || named == "store");
    let other = root.iter().flatten().chain(&above).filter(|named| {
        let is_layer = LAYERS.iter().any(|(name, _)| name == named);
        is_layer && *named != module && !may.contains(&named.as_str())
    });
    other
        .map(|named| format!("{} reaches into {named}", source.path))
        .collect()
}

fn reads_the_clock_or_randomness(source: &Source) -> Vec<String> {
    if source.is_in(CLOCK_AND_RANDOMNESS) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for kind in ["Timestamp", "SystemTime", "Zoned"] {
        if source.has_path(kind, "now") {
            found.push(format!("{} reads {kind}::now", source.path));
        }
    }
    for name in ["getrandom", "OsRng"] {
        if source.has_word(name) {
            found.push(format!("{} names {name}", source.path));
        }
    }
    found
}

fn reads_the_environment(source: &Source) -> Vec<String> {
    let inside = source.is_in(&["src/domain", "src/api", "src/service"]);
    if inside && source.first_segments("std").contains(&"env".to_owned()) {
        return vec![format!("{} reads std::env", source.path)];
    }
    Vec::new()
}

fn reads_another_variable(source: &Source) -> Vec<String> {
    let reads = source.has_path("env", "var")
        || source.has_path("env", "var_os")
        || source.has_path("env", "vars")
        || source.has_path("env", "vars_os")
        || source.has_word("try_from_env");
    if !reads {
        return Vec::new();
    }
    let variable = |text: &&str| {
        text.len() > 2
            && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
            && !VARIABLES.contains(text)
    };
    let named = source.texts().filter(variable);
    named
        .map(|name| format!("{} reads the variable {name}", source.path))
        .collect()
}

/// What is typed or answered in secret is a `Secret` in the contract: a `String` would be shown by
/// `Debug` (SECURITY.md, attack 89).
fn carries_a_secret_in_the_open(source: &Source) -> Vec<String> {
    const SECRET: &[&str] = &["code", "password", "secret", "token", "key"];
    if !source.is_in(&["src/api"]) {
        return Vec::new();
    }
    source
        .strings()
        .filter(|name| SECRET.iter().any(|secret| name.contains(secret)))
        .map(|name| format!("{}: {name} is a String", source.path))
        .collect()
}

/// The texts of a server are tamed where its answers are read (SECURITY.md, attack 98).
fn reads_an_answer_elsewhere(source: &Source) -> Vec<String> {
    const READS: &[&str] = &["from_slice", "from_str", "from_reader", "from_value"];
    if !source.is_in(&["src/client"]) || source.is_in(&["src/client/answer"]) {
        return Vec::new();
    }
    let reads = |how: &&&str| source.has_path("serde_json", how);
    let found = READS.iter().filter(reads).copied();
    let found = found.chain(source.has_word("json").then_some("json"));
    found
        .map(|how| format!("{} reads an answer by {how}", source.path))
        .collect()
}

/// Holds a law to every file under `src`.
fn hold(law: fn(&Source) -> Vec<String>) {
    let all = sources("src");
    assert!(!all.is_empty(), "there is no source to read");
    let broken: Vec<_> = all.iter().flat_map(law).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Whether a law finds fault with a file of this path and text.
fn bites(law: fn(&Source) -> Vec<String>, path: &str, text: &str) -> bool {
    !law(&Source::parse(path, text)).is_empty()
}

#[test]
fn each_engine_stays_in_its_place() {
    let law = crates_out_of_place;
    assert!(bites(law, "src/service/people.rs", "use sqlx::Row;"));
    assert!(bites(law, "src/store_of_tea.rs", "use sqlx::Row;"));
    assert!(bites(law, "src/backend.rs", "use {std::fmt, iced::Task};"));
    assert!(bites(law, "src/api.rs", "fn f() -> ::iced_core::Length {}"));
    assert!(bites(law, "src/settings.rs", "extern crate keyring_core;"));
    assert!(bites(law, "src/service/outbox.rs", "use lettre::Message;"));
    assert!(bites(law, "src/api.rs", "fn f(a: phonenumber::Mode) {}"));
    assert!(!bites(law, "src/store/people.rs", "use sqlx::Row;"));
    assert!(!bites(
        law,
        "src/store.rs",
        "#[sqlx(rename = \"a\")] struct A;"
    ));
    assert!(!bites(law, "src/main.rs", "fn main() -> iced::Result {}"));
    assert!(!bites(
        law,
        "src/api.rs",
        "/// See sqlx::Row.\n// use iced::Task;"
    ));
    assert!(!bites(law, "src/api.rs", "const A: &str = \"sqlx::Row\";"));
    assert!(!bites(
        law,
        "src/gui/app.rs",
        "let keyring = crate::keyring::Absent;"
    ));
    hold(law);
}

#[test]
fn the_domain_knows_no_engine() {
    let law = domain_knows_an_engine;
    assert!(bites(
        law,
        "src/domain/code.rs",
        "#[tokio::test] async fn a() {}"
    ));
    assert!(bites(law, "src/domain.rs", "use serde_json::Value;"));
    assert!(!bites(law, "src/service/code.rs", "use tokio::task;"));
    hold(law);
}

#[test]
fn each_layer_knows_only_those_below_it() {
    let law = knows_a_layer_that_it_must_not;
    assert!(bites(law, "src/gui/users.rs", "use crate::service::Clock;"));
    assert!(bites(
        law,
        "src/gui/users.rs",
        "use crate::{api::{A, B}, store};"
    ));
    assert!(bites(law, "src/gui.rs", "fn f(a: vestibule::store::Db) {}"));
    assert!(bites(
        law,
        "src/gui/users.rs",
        "use super::super::store::Db;"
    ));
    assert!(bites(law, "src/delivery.rs", "use crate::store::Db;"));
    assert!(bites(
        law,
        "src/domain/code.rs",
        "use crate::service::Keys;"
    ));
    assert!(bites(law, "src/client.rs", "use crate::service::Clock;"));
    assert!(bites(law, "src/main.rs", "use vestibule::store::Store;"));
    assert!(bites(law, "src/new_one.rs", "struct A;"));
    assert!(!bites(
        law,
        "src/gui.rs",
        "use crate::{api::{self, store}, backend};"
    ));
    assert!(!bites(
        law,
        "src/delivery/sms.rs",
        "use crate::domain::Mobile;"
    ));
    hold(law);
}

#[test]
fn clock_and_randomness_are_read_in_one_place_each() {
    let law = reads_the_clock_or_randomness;
    assert!(bites(
        law,
        "src/gui/users.rs",
        "let a = jiff::Timestamp::now();"
    ));
    assert!(bites(law, "src/store.rs", "let a = SystemTime :: now();"));
    assert!(bites(law, "src/domain/code.rs", "use rand_core::OsRng;"));
    assert!(bites(law, "src/domain/code.rs", "getrandom::fill(&mut a)"));
    assert!(!bites(
        law,
        "src/service/clock.rs",
        "let a = Timestamp::now();"
    ));
    assert!(!bites(law, "src/gui/users.rs", "let a = Instant::now();"));
    hold(law);
}

#[test]
fn the_core_does_not_read_the_environment() {
    let law = reads_the_environment;
    assert!(bites(law, "src/service.rs", "std::env::var(\"A\")"));
    assert!(bites(law, "src/api/people.rs", "use std::{env, fmt};"));
    assert!(!bites(law, "src/service.rs", "env!(\"CARGO_PKG_VERSION\")"));
    assert!(!bites(law, "src/settings.rs", "use std::env;"));
    hold(law);
}

/// Attack 100: no variable weakens what the program asks for.
#[test]
fn no_variable_is_a_test_door() {
    let law = reads_another_variable;
    assert!(bites(
        law,
        "src/service/clock.rs",
        "std::env::var(\"VESTIBULE_TIME\")"
    ));
    assert!(bites(
        law,
        "src/main.rs",
        "[\"DISPLAY\", \"SKIP_CODE\"].map(|name| std::env::var_os(name))"
    ));
    assert!(!bites(law, "src/main.rs", "std::env::var(\"DISPLAY\")"));
    assert!(!bites(law, "src/store.rs", "let wal = \"WAL\";"));
    hold(law);
}

/// Attack 89.
#[test]
fn no_secret_of_the_contract_is_a_string() {
    let law = carries_a_secret_in_the_open;
    let field = |field| format!("pub struct A {{ {field} }}");
    for open in [
        "pub code: String,",
        "pub new_password: Option<String>",
        "#[serde(default)] pub recovery_keys: Vec<String>,",
    ] {
        assert!(bites(law, "src/api/sign_in.rs", &field(open)), "{open}");
        assert!(!bites(law, "src/gui/sign_in.rs", &field(open)));
    }
    for hidden in ["pub code: Secret,", "pub codes: Vec<Secret>", "n: String,"] {
        assert!(!bites(law, "src/api.rs", &field(hidden)), "{hidden}");
    }
    hold(law);
}

/// Attack 98.
#[test]
fn every_answer_of_a_server_is_read_in_one_place() {
    let law = reads_an_answer_elsewhere;
    let read = "let a: A = serde_json::from_slice(&body)?;";
    assert!(bites(law, "src/client.rs", read));
    assert!(bites(law, "src/client.rs", "answer.json::<A>().await"));
    assert!(!bites(law, "src/client/answer.rs", read));
    assert!(!bites(law, "src/client.rs", "serde_json::to_vec(&call)"));
    assert!(!bites(law, "src/service/letters.rs", read));
    hold(law);
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut long = Vec::new();
    for folder in ["src", "tests"] {
        for (path, text) in rust_files(folder) {
            let lines = text.lines().count();
            let excused = LONG_FILES.iter().any(|(excused, _)| *excused == path);
            if excused && lines <= MOST_LINES {
                long.push(format!("{path} is excused and no longer long"));
            } else if lines > MOST_LINES && !excused {
                long.push(format!("{path} has {lines} lines"));
            }
        }
    }
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}
