//! What is said of an error on a terminal.

use crate::api::{self, Error, Field};

/// A sentence for an error, with the option that was wrong, and why.
pub(super) fn sentence(error: Error) -> String {
    match error {
        Error::Invalid { field, fault } => {
            let given = match field {
                Field::PracticeName => "--practice",
                Field::Name => "--name",
                Field::Email => "--email",
                Field::When => "--time-zone",
                Field::Reason => "--reason",
                Field::Password => "the password",
                _ => "what was given",
            };
            let why = match (field, fault) {
                (Field::When, _) => "a name of the IANA list is needed, as Australia/Sydney".into(),
                (_, api::Fault::Password(fault)) => fault.to_string(),
                (_, api::Fault::Name(fault)) => fault.to_string(),
                (_, api::Fault::Email(fault)) => fault.to_string(),
                (_, api::Fault::Taken) => "there is one already".into(),
                (_, api::Fault::Missing) => "it is empty".into(),
                _ => "it is not understood".into(),
            };
            format!("Not done: {given} cannot be taken: {why}.")
        }
        other => format!("Not done: {other}."),
    }
}
