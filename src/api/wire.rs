//! The contract on the wire: what both ends of a connection say beside the calls themselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Error;

/// The version of the contract. A server answers a client of the same version alone; it grows with
/// every change that the other side would not understand.
pub const CONTRACT: u32 = 1;

/// The header with [`CONTRACT`], on every request and answer.
pub const VERSION: &str = "vestibule-contract";
/// The header with the number of a request, 128 random bits in hex: a request that comes again
/// under its number is not done again.
pub const REQUEST: &str = "vestibule-request";
/// The header with the server's time in milliseconds since 1970, on every answer.
pub const TIME: &str = "vestibule-time";
/// The most bytes of a request: ours. A server reads no more, and a client sends none that is
/// longer: an answer given in the midst of it may be lost.
pub const MOST_BYTES: usize = 16 * 1024;
/// The type of a request and of a reply.
pub const JSON: &str = "application/json";
/// The type of an error (RFC 9457).
pub const PROBLEM: &str = "application/problem+json";

/// An error on the wire (RFC 9457).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// A stable URN for each kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same in English, for whoever reads a log.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// The error itself.
    pub error: Error,
}
