//! What needs no display, no services and no network but this computer's own: Rust, and the C
//! compiler that it links with. `tests/run` has the scenarios once more, over what it starts.
//!
//! The scenarios are driven through the product's own `Backend` by the actors of `clinic`; each
//! names the attack or the fault of SECURITY.md that it stands for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod activity;
mod architecture;
mod clinic;
mod clock;
mod code_tries;
mod commands;
mod crowd;
mod damage;
mod deliveries;
mod delivery;
#[cfg(feature = "desktop")]
mod demo;
mod desk;
#[cfg(target_os = "linux")]
mod disk;
mod dry_run;
mod first_step;
mod forgotten;
mod import;
mod invitations;
mod invited;
mod keeping;
mod killed;
mod known_computer;
mod lock;
#[cfg(feature = "desktop")]
mod logs;
mod long;
mod membership;
mod migrating;
mod model;
mod moved;
mod my_account;
mod narrowing;
mod new_address;
mod notices;
mod opening;
#[cfg(feature = "server")]
mod operating;
mod outbox;
mod panics;
mod people;
mod post;
mod practices;
mod purging;
mod recovering;
mod recovery;
mod remembered;
mod reports;
mod requirements;
mod roles;
mod roll_out;
mod rotating;
mod rounds;
mod rules;
mod second_step;
mod secrets;
mod sends;
mod sent_codes;
#[cfg(feature = "server")]
mod server;
mod sessions;
mod set_up;
mod staff;
mod statement;
mod statuses;
mod step_up;
mod storage;
mod tries;

use long::rounds;
