//! Someone's phone with an authenticator app: `oathtool` with a secret that was
//! scanned off the screen.

use std::process::Command;
use std::time::Duration;

use crate::desk::{Desk, run, text};
use crate::until::until;

/// RFC 6238, section 5.2.
const STEP: u64 = 30;

/// One account in the authenticator app.
pub(crate) struct Phone {
    secret: String,
    shown: Option<u64>,
}

impl Phone {
    /// Scans what a QR code says: an `otpauth://totp/` address.
    pub(crate) fn scan(address: &str) -> Self {
        let parameters = address
            .strip_prefix("otpauth://totp/")
            .and_then(|rest| rest.split_once('?'))
            .unwrap_or_else(|| panic!("not the address of an authenticator: {address}"))
            .1;
        let secret = parameters
            .split('&')
            .find_map(|parameter| parameter.strip_prefix("secret="))
            .expect("a secret in the QR code");
        Self {
            secret: secret.to_owned(),
            shown: None,
        }
    }

    /// The code that the phone shows, never one that it gave before: then it
    /// waits for the next to come up, or moves the desk's clock to it.
    pub(crate) fn next_code(&mut self, desk: &Desk) -> String {
        if let Some(shown) = self.shown {
            let next = (shown + 1) * STEP;
            if desk.clock_is_movable() && desk.now() < next {
                desk.advance(Duration::from_secs(next - desk.now()));
            }
            until(Duration::from_secs(STEP + 2), || {
                (desk.now() >= next).then_some(())
            })
            .expect("the next time step comes");
        }
        let now = desk.now();
        self.shown = Some(now / STEP);
        totp(&self.secret, now)
    }

    /// The code of the time step that was last shown.
    pub(crate) fn same_code(&self) -> String {
        totp(
            &self.secret,
            self.shown.expect("a code shown before") * STEP,
        )
    }
}

/// The six digits for a secret in base32 at a time in seconds since 1970.
pub(crate) fn totp(secret: &str, at: u64) -> String {
    let output = run(Command::new("oathtool").args([
        "--totp",
        "--base32",
        "--now",
        &format!("@{at}"),
        secret,
    ]));
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

/// The peer that the journeys trust is itself right: RFC 6238, appendix B, of
/// whose eight digits six are shown.
#[test]
fn oathtool_knows_the_vectors_of_rfc_6238() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assert_eq!(totp(secret, 59), "287082");
    assert_eq!(totp(secret, 1_111_111_109), "081804");
    assert_eq!(totp(secret, 20_000_000_000), "353130");
}
