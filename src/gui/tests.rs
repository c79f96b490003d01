//! The screens, each in a window that is drawn in memory over a practice of its own.

mod account;
mod activity;
mod audit;
mod back;
mod code;
mod connect;
mod delivery;
mod failed;
mod finding;
mod hostile;
mod import;
mod invited;
mod keeping;
mod late;
mod leaving;
mod left;
mod lock;
mod manage;
mod meanwhile;
mod moving;
mod paging;
mod people;
mod pictures;
mod practices;
mod remembered;
mod resume;
mod screens;
mod several;
mod sight;
mod stage;
mod typing;
mod words;
mod zone;

use stage::Stage;
