//! Three replicas of the real server over one PostgreSQL, behind a real balancer: what they do to
//! each other, and what becomes of it when one is killed or stands still, the database restarts, or
//! somebody floods them.
//!
//! `tests/run replicas` starts the PostgreSQL that these need, with everything on that makes it
//! durable, and tells how it is restarted. They share it, so that one runs after the other. Each
//! names the attack or the fault of SECURITY.md that it stands for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../it/clinic/authority.rs"]
mod authority;
#[path = "../it/clinic/balancer.rs"]
mod balancer;
mod drained;
mod exhausted;
mod flooded;
mod histories;
#[path = "../it/long.rs"]
mod long;
mod lost;
mod once;
mod person;
mod pooled;
#[path = "../it/clinic/postgres.rs"]
#[allow(dead_code, reason = "the scenarios use the rest")]
mod postgres;
mod promoted;
mod pumped;
mod replaced;
mod replica;
/// The gateway of the scenarios.
#[path = "../it"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the scenarios need the rest of it"
)]
mod scenarios {
    pub(crate) mod post;
}
mod skewed;
mod soon;
mod stage;
mod waiting;
mod way;
mod widened;

use long::rounds;
