//! Codes that let a password be chosen, once: invitations, and two ways out of a forgotten one.

use std::fmt;

use secrecy::SecretString;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::crockford::Letters;
use super::{Mistyped, Random, words};

/// Hours that an invitation, or a hand-over code, is good for. OWASP ASVS 5.0, 6.4.1.
pub const INVITATION_HOURS: i64 = 24;

/// Minutes that a code for a forgotten password is good for that was sent by e-mail. OWASP Forgot
/// Password cheat sheet; ASVS 5.0, 6.4.3.
pub const RESET_MINUTES: i64 = 30;

/// What a code that lets a password be chosen was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKind {
    /// The first password of an account, which signs in.
    Invitation,
    /// A forgotten password, handed over by full access.
    HandOver,
    /// A forgotten password, sent to the account's proven address.
    Email,
}

words!(InvitationKind {
    Invitation => "invitation",
    HandOver => "hand_over",
    Email => "email",
});

/// A code as it was typed: an invitation or a hand-over code, or the long one of a letter.
#[derive(Debug, Clone)]
pub enum TypedInvitation {
    /// Of 60 bits.
    Short(InvitationCode),
    /// Of 130 bits.
    Long(ResetCode),
}

impl TypedInvitation {
    /// Reads either, by its length.
    ///
    /// # Errors
    ///
    /// [`Mistyped::Length`] or [`Mistyped::Letter`].
    pub fn parse(typed: &str) -> Result<Self, Mistyped> {
        match InvitationCode::parse(typed) {
            Ok(code) => Ok(Self::Short(code)),
            Err(short) => ResetCode::parse(typed).map(Self::Long).map_err(|_| short),
        }
    }

    /// The canonical letters: what is hashed.
    #[must_use]
    pub fn expose_normal(&self) -> &str {
        match self {
            Self::Short(code) => code.expose_normal(),
            Self::Long(code) => code.expose_normal(),
        }
    }
}

/// A code of letters that is made, shown in groups, read back, and hashed.
macro_rules! code_of_letters {
    ($(#[$about:meta])* $name:ident, $letters:literal) => {
        $(#[$about])*
        #[derive(Clone, Zeroize, ZeroizeOnDrop)]
        pub struct $name(Letters<$letters>);

        impl $name {
            /// A new code of five random bits a letter.
            #[must_use]
            pub fn generate(random: &dyn Random) -> Self {
                Self(Letters::generate(random))
            }

            /// Reads what was typed or pasted: either case, O for 0, I and L for 1, hyphens and
            /// spaces anywhere.
            ///
            /// # Errors
            ///
            /// [`Mistyped::Length`] or [`Mistyped::Letter`].
            pub fn parse(typed: &str) -> Result<Self, Mistyped> {
                Letters::parse(typed).map(Self)
            }

            /// The canonical letters: what is hashed.
            #[must_use]
            pub fn expose_normal(&self) -> &str {
                self.0.as_str()
            }

            /// The code as it is shown, read out or copied.
            #[must_use]
            pub fn to_text(&self) -> SecretString {
                SecretString::from(self.0.grouped().as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(••••)"))
            }
        }
    };
}

code_of_letters!(
    /// A single-use code of 60 bits, read out or handed over on paper: three groups of four
    /// letters of Crockford's base32. OWASP ASVS 5.0, 6.4.1.
    InvitationCode,
    12
);

code_of_letters!(
    /// A single-use code for a forgotten password that is sent by e-mail, to be copied: 26 letters
    /// of Crockford's base32, which are 130 bits. OWASP ASVS 5.0, 11.5.1 asks for 128 at
    /// least.
    ResetCode,
    26
);

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn a_code_is_shown_in_three_groups_and_read_back() {
        let code = InvitationCode::generate(&Seeded::new(1));
        let text = code.to_text().expose_secret().to_owned();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 3]);
        let read = InvitationCode::parse(&text.to_lowercase()).unwrap();
        assert_eq!(read.expose_normal(), code.expose_normal());
        assert_eq!(format!("{code:?}"), "InvitationCode(••••)");
    }

    #[test]
    fn a_typed_code_is_told_by_its_length() {
        let random = Seeded::new(2);
        let short = InvitationCode::generate(&random);
        let long = ResetCode::generate(&random);
        for (text, letters) in [
            (short.to_text(), short.expose_normal()),
            (long.to_text(), long.expose_normal()),
        ] {
            let typed = format!(" {} ", text.expose_secret().to_lowercase());
            let read = TypedInvitation::parse(&typed).unwrap();
            assert_eq!(read.expose_normal(), letters);
            assert!(!format!("{read:?}").contains(letters));
        }
        assert_eq!(long.expose_normal().len() * 5, 130);
        for (typed, fault) in [
            ("", Mistyped::Length),
            ("ABCD-EFGH-JKM", Mistyped::Length),
            ("ABCD-EFGH-JKMU", Mistyped::Letter),
            (&long.expose_normal()[1..], Mistyped::Length),
        ] {
            assert_eq!(TypedInvitation::parse(typed).unwrap_err(), fault, "{typed}");
        }
    }
}
