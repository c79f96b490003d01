//! What people type.

use vestibule::domain::{
    Code, CountryCode, EmailAddress, InvitationCode, Mobile, Password, PersonName, Reason,
    RecoveryCode, RecoveryKey, ResetCode, TotpSecret, TypedInvitation, read_roster, typed_day,
};

use crate::text;

#[test]
fn an_address_of_email() {
    bolero::check!().for_each(|input: &[u8]| {
        if let Ok(address) = EmailAddress::parse(text(input)) {
            // What it is kept as is the same address.
            let again = EmailAddress::parse(address.as_str());
            assert_eq!(again.as_ref(), Ok(&address));
            assert!(!address.as_str().contains(['\r', '\n', '\0']));
        }
    });
}

#[test]
fn a_number_of_a_mobile() {
    let allowed = ["AU", "NZ", "US", "CH"].map(|letters| letters.parse::<CountryCode>().unwrap());
    bolero::check!().for_each(|input: &[u8]| {
        if let Ok(mobile) = Mobile::parse(text(input), &allowed) {
            let e164 = mobile.e164();
            assert!(e164.len() <= 16 && e164.starts_with('+'));
            assert!(e164[1..].bytes().all(|byte| byte.is_ascii_digit()));
            assert_eq!(Mobile::parse(e164, &allowed), Ok(mobile.clone()));
        }
    });
}

#[test]
fn a_code() {
    bolero::check!().for_each(|input: &[u8]| {
        let typed = text(input);
        if let Ok(code) = Code::find(typed) {
            // Its digits stand there one after another, whatever stands between and around them.
            let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
            assert!(digits.contains(code.expose()));
            assert_eq!(Code::find(code.expose()).unwrap().expose(), code.expose());
        }
    });
}

#[test]
fn a_code_on_paper() {
    bolero::check!().for_each(|input: &[u8]| {
        let typed = text(input);
        if let Ok(code) = InvitationCode::parse(typed) {
            let again = InvitationCode::parse(code.expose_normal()).unwrap();
            assert_eq!(again.expose_normal(), code.expose_normal());
        }
        let _ = RecoveryCode::parse(typed);
        let _ = RecoveryKey::parse(typed);
        let _ = ResetCode::parse(typed);
        let _ = TypedInvitation::parse(typed);
    });
}

#[test]
fn the_key_of_an_authenticator() {
    bolero::check!().for_each(|input: &[u8]| {
        if let Some(secret) = TotpSecret::from_base32(text(input)) {
            let again = TotpSecret::from_base32(&secret.base32()).unwrap();
            assert_eq!(again.expose_bytes(), secret.expose_bytes());
        }
        // Nobody's name ends the URI or begins a part of it.
        let secret = TotpSecret::from_bytes(&[7; 20]).unwrap();
        let uri = secret.uri(text(input), text(input));
        let url = url::Url::parse(&uri).unwrap();
        let names: Vec<_> = url
            .query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect();
        assert_eq!(names.iter().filter(|name| *name == "secret").count(), 1);
        assert!(uri.is_ascii());
    });
}

#[test]
fn words_of_a_person() {
    bolero::check!().for_each(|input: &[u8]| {
        let typed = text(input);
        let _ = PersonName::parse(typed).map(|name| name.initials());
        let _ = Reason::parse(typed);
        let _ = Password::typed(typed);
        let _ = typed_day(typed);
    });
}

#[test]
fn a_list_of_people() {
    bolero::check!().for_each(|input: &[u8]| {
        let _ = read_roster(input);
    });
}
