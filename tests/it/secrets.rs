//! Secrets in memory: shown by nothing, written by nobody, wiped when they are dropped (attack 89).

use std::fmt::{Debug, Display};
use std::marker::PhantomData;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use secrecy::ExposeSecret;
use serde::Serialize;
use vestibule::api::{
    Admitted, AuthenticatorKey, Challenge, ChangePassword, CodeDue, Found, Founded, Invitation,
    KnowComputer, KnownComputer, Me, Outcome, ProveMethod, Proven, RecoveryCodes, RecoveryKeyMade,
    Redeem, Secret, SetMail, SetSms, SetUpDue, SignIn, StepUp, SteppedUp, SubmitAddressCode,
    SubmitCode, SubmitRecoveryCode, TryState, Unlock, Unlocked,
};
use vestibule::domain::{
    Code, InvitationCode, MethodId, MethodKind, Password, PracticeId, RecoveryCode, RecoveryKey,
    Role, Timestamp, TotpSecret, UserId,
};
use vestibule::service::{Keys, SystemRandom};
use zeroize::ZeroizeOnDrop;

use crate::post::{Gateway, Mailbox};

/// What is known of a type: the first of these wherever its bound holds, else the second.
struct Known<T>(PhantomData<T>);

macro_rules! known {
    ($($name:ident: $bound:path, $otherwise:ident);* $(;)?) => {$(
        impl<T: $bound> Known<T> {
            const $name: bool = true;
        }
        trait $otherwise {
            const $name: bool = false;
        }
        impl<T> $otherwise for Known<T> {}
    )*};
}
known! {
    SHOWN: Display, NotShown;
    WRITTEN: Serialize, NotWritten;
    WIPED: ZeroizeOnDrop, NotWiped;
}

macro_rules! secrets {
    ($($secret:ty),* $(,)?) => {
        [$((stringify!($secret), Known::<$secret>::SHOWN, Known::<$secret>::WRITTEN,
            Known::<$secret>::WIPED)),*]
    };
}

/// The one that is written is the one that crosses the wire, on purpose.
#[test]
fn secrets_are_shown_and_written_by_nothing_and_wiped_when_dropped() {
    assert_eq!(secrets![String], [("String", true, true, false)]);
    assert_eq!(secrets![Secret], [("Secret", false, true, true)]);
    for (secret, shown, written, wiped) in secrets![
        Code,
        InvitationCode,
        Keys,
        Password,
        RecoveryCode,
        RecoveryKey,
        TotpSecret,
    ] {
        assert_eq!((shown, written, wiped), (false, false, true), "{secret}");
    }
}

/// Every way in which bytes are likely to be shown: as text, as numbers, in hex, in base32.
fn forms(of: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(of).into_owned();
    let numbers = format!("{of:?}");
    let inside = numbers.trim_matches(['[', ']']).to_owned();
    let lines = inside.replace(", ", ",\n    ");
    let hex = HEXLOWER.encode(of);
    let base32 = BASE32_NOPAD.encode(of);
    vec![text, inside, lines, hex.to_uppercase(), hex, base32]
}

fn is_hidden(secret: &[u8], shown_by: &dyn Debug) {
    for shown in [format!("{shown_by:?}"), format!("{shown_by:#?}")] {
        assert!(!shown.is_empty());
        for form in forms(secret) {
            assert!(!shown.contains(&form), "{form:?} in {shown}");
        }
    }
}

#[test]
fn debug_shows_no_secret_of_the_domain() {
    let twenty = b"canary canary canary";
    is_hidden(twenty, &TotpSecret::from_bytes(twenty).unwrap());
    is_hidden(b"482913", &Code::find("482 913").unwrap());
    is_hidden(b"canary", &Password::typed("canary").unwrap());
    let code = RecoveryCode::generate(&SystemRandom);
    is_hidden(code.expose().as_bytes(), &code);
    let code = InvitationCode::generate(&SystemRandom);
    is_hidden(code.expose_normal().as_bytes(), &code);
    let key = RecoveryKey::generate(&SystemRandom);
    is_hidden(key.expose_bytes(), &key);
    let keys = Keys::generate(&SystemRandom);
    let text = keys.to_text();
    let text = text.expose_secret().strip_prefix("v1.").unwrap();
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
    assert_eq!(bytes.len(), 64);
    for half in bytes.chunks(32) {
        is_hidden(half, &keys);
    }
}

const CANARY: &str = "canary-7f3a";

fn canary() -> Secret {
    Secret::new(CANARY)
}

fn me() -> Me {
    Me {
        practices: Vec::new(),
        user: UserId::new(Timestamp::UNIX_EPOCH, &SystemRandom),
        name: "Alex Lee".into(),
        email: "alex@hills.example".into(),
        role: Role::FullAccess,
        practice: PracticeId::new(Timestamp::UNIX_EPOCH, &SystemRandom),
        practice_name: "Hills Clinic".into(),
        time_zone: "Australia/Sydney".into(),
    }
}

fn admitted() -> Admitted {
    Admitted {
        token: canary(),
        me: me(),
        offer: None,
        recovery: None,
        remembered: Some(canary()),
    }
}

/// Whatever carries a secret in the contract: what is asked first, then what is answered.
#[tokio::test]
async fn debug_shows_no_secret_of_the_contract() {
    let (email, name) = ("alex@hills.example".to_owned(), "Alex Lee".to_owned());
    let method = MethodId::new(Timestamp::UNIX_EPOCH, &SystemRandom);
    let ends = Timestamp::UNIX_EPOCH;
    let challenge = Challenge {
        method: MethodKind::Sms,
        ends,
        tries: TryState::Open,
        sent: None,
        barred: false,
        ways: Vec::new(),
        recovery: true,
        remember: None,
    };
    let due = CodeDue {
        token: canary(),
        challenge,
    };
    let set_up = SetUpDue {
        token: canary(),
        name: name.clone(),
        email: email.clone(),
        ends,
        narrowed: false,
    };
    let carriers: Vec<Box<dyn Debug>> = vec![
        Box::new(Found {
            practice: "Hills Clinic".into(),
            name,
            email: email.clone(),
            password: canary(),
            time_zone: "Australia/Sydney".into(),
        }),
        Box::new(SignIn {
            email,
            password: canary(),
            computer: Some(canary()),
            remembered: Some(canary()),
        }),
        Box::new(Redeem {
            code: canary(),
            password: canary(),
        }),
        Box::new(SubmitCode {
            code: canary(),
            remember: false,
        }),
        Box::new(SubmitRecoveryCode { code: canary() }),
        Box::new(SubmitAddressCode { code: canary() }),
        Box::new(ProveMethod {
            method: method.clone(),
            code: canary(),
        }),
        Box::new(StepUp {
            password: canary(),
            code: Some(canary()),
            by: None,
        }),
        Box::new(Unlock { password: canary() }),
        Box::new(KnowComputer {
            computer: Some(canary()),
        }),
        Box::new(ChangePassword { password: canary() }),
        Box::new(SetMail {
            server: Mailbox::start().await.server(),
            secret: Some(canary()),
        }),
        Box::new(SetSms {
            gateway: Gateway::start().await.settings().into(),
            secret: Some(canary()),
            countries: None,
        }),
        Box::new(Founded {
            admitted: admitted(),
            recovery_key: canary(),
        }),
        Box::new(Outcome::Code(due)),
        Box::new(Outcome::SetUp(set_up)),
        Box::new(Outcome::In(admitted())),
        Box::new(Proven {
            admitted: Some(admitted()),
        }),
        Box::new(SteppedUp { token: canary() }),
        Box::new(Unlocked {
            token: canary(),
            me: me(),
        }),
        Box::new(KnownComputer {
            computer: Some(canary()),
        }),
        Box::new(AuthenticatorKey {
            method,
            uri: canary(),
            text: canary(),
            issuer: "Hills Clinic".into(),
            account: "alex@hills.example".into(),
            ends,
        }),
        Box::new(RecoveryCodes {
            set: "a set".into(),
            codes: vec![canary(); 10],
        }),
        Box::new(RecoveryKeyMade {
            recovery_key: canary(),
        }),
        Box::new(Invitation {
            code: canary(),
            letter: None,
            ends,
        }),
    ];
    for carrier in carriers {
        is_hidden(CANARY.as_bytes(), &carrier);
    }
}
