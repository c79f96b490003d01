//! What ends a remembered computer: every change of a credential, a stop, a narrowing, a restore.

use vestibule::api::{
    ChangeEmail, ChangePassword, CodeDue, EndMySession, MakeRecoveryCodes, Outcome, ProveNewEmail,
    Redeem, RemoveMethod, Secret, SetAllowed, StartAuthenticator, StepUp, SubmitCode,
    SubmitNewEmailCode, SubmitRecoveryCode, ToSend, Token, TryAnother, Way,
};
use vestibule::domain::{AllowedMethods, Channel, MethodKind, RecoveryKey, STOPPED_AT, Starts};

use super::{Front, PASSWORD, SAM, set, sign_in};
use crate::clinic::MANAGER;
use crate::sends::{NUMBER, Sends};
use crate::{forgotten, membership, recovery, requirements};

/// The acts, each in a practice of its own: by its name, and whether the person is asked for a
/// code afterwards.
const ACTS: &[&str] = &[
    "password changed",
    "password by a handed-over code",
    "new phone",
    "reset",
    "turned off",
    "recovery code used",
    "recovery code used to step up",
    "recovery codes remade",
    "sessions ended by full access",
    "all other sessions ended",
    "deactivated and back",
    "moved to later dates",
    "the practice recovery key",
];

/// A step-up of Sam, by the next code.
async fn stepped_up(front: &Front, token: &Token) -> Token {
    front.clinic().clock.advance(60);
    let code = front.phone.code();
    front.clinic().step_up(token, Some(&code)).await.unwrap()
}

async fn act(front: &mut Front, act: &str, here: &Token) {
    front.desk.return_manager().await;
    let (clinic, desk, sam) = (&front.desk.clinic, &front.desk, &front.sam.id);
    let manager = &desk.manager;
    match act {
        "password changed" => {
            let token = stepped_up(front, here).await;
            let password = Secret::new("another ladder 17 teal");
            let call = ChangePassword { password };
            clinic.call(&token, call).await.unwrap();
        }
        "password by a handed-over code" => {
            let made = forgotten::hand_over(desk, manager, sam).await.unwrap();
            let call = Redeem {
                code: made.code,
                password: Secret::new("another ladder 17 teal"),
            };
            clinic.backend.call(None, call).await.unwrap();
        }
        "new phone" => {
            let token = stepped_up(front, here).await;
            let key = clinic
                .call(&token, StartAuthenticator::default())
                .await
                .unwrap();
            let code = clinic.phone(&key).code();
            clinic.prove(&token, &key, &code).await.unwrap();
        }
        "reset" => assert_eq!(requirements::reset(desk, manager, sam).await, None),
        "turned off" => {
            let token = stepped_up(front, here).await;
            assert_eq!(requirements::turn_off(desk, &token, sam).await, None);
        }
        "recovery code used" | "recovery code used to step up" | "recovery codes remade" => {
            let token = stepped_up(front, here).await;
            let made = clinic.call(&token, MakeRecoveryCodes {}).await.unwrap();
            recovery::keep(clinic, &token, &made).await.unwrap();
            assert_eq!(front.open().await, 1, "the first set takes nothing away");
            let code = made.codes[0].clone();
            if act == "recovery code used" {
                let due = front.code_due(None).await;
                let call = SubmitRecoveryCode { code };
                clinic.call(&due.token, call).await.unwrap();
            } else if act == "recovery codes remade" {
                let made = clinic.call(&token, MakeRecoveryCodes {}).await.unwrap();
                recovery::keep(clinic, &token, &made).await.unwrap();
            } else {
                let call = StepUp {
                    password: Secret::new(PASSWORD),
                    code: Some(code),
                    by: Some(Way::RecoveryCode),
                };
                clinic.call(&token, call).await.unwrap();
            }
        }
        "sessions ended by full access" => {
            assert_eq!(requirements::end_sessions(desk, manager, sam).await, None);
        }
        "all other sessions ended" => {
            let call = EndMySession { session: None };
            clinic.call(here, call).await.unwrap();
        }
        "deactivated and back" => {
            assert_eq!(membership::deactivate(desk, manager, sam).await, None);
            assert_eq!(membership::reactivate(desk, manager, sam).await, None);
        }
        "moved to later dates" => {
            for first in ["2027-03-01", ""] {
                let dates = (first, "");
                let refused = membership::set_dates(desk, manager, sam, dates).await;
                assert_eq!(refused, None);
            }
        }
        "the practice recovery key" => {
            let service = &clinic.backend.service;
            let key = RecoveryKey::parse(clinic.recovery_key.expose()).unwrap();
            let password = Secret::new("another ladder 17 teal");
            service.recover(&key, MANAGER, &password).await.unwrap();
        }
        other => panic!("{other}"),
    }
}

/// Attack 70, the whole table.
#[tokio::test]
async fn every_change_of_a_credential_ends_it() {
    for name in ACTS {
        let mut front = Front::new().await;
        let here = front.ticked().await;
        let token = here.remembered.unwrap();
        assert_eq!(front.open().await, 1);
        act(&mut front, name, &here.token).await;
        assert_eq!(front.open().await, 0, "{name}");
        // By whichever password holds now, nothing is skipped.
        for password in [PASSWORD, "another ladder 17 teal"] {
            let answer = sign_in(front.clinic(), (SAM, password), Some(&token)).await;
            if let Ok(Outcome::In(admitted)) = answer {
                assert_eq!(admitted.remembered, None, "{name}");
                assert!(["reset", "turned off"].contains(name), "{name}");
            }
        }
    }
}

/// The last try of an account ends it, and the stop that follows skips nothing.
#[tokio::test]
async fn a_stop_ends_it() {
    let mut front = Front::new().await;
    let token = front.remembered().await;
    let failures = |failures: u32| {
        format!(
            "INSERT INTO tries (subject, counter, failures, next_at, changed_at)
             VALUES ('{}', 'codes', {failures}, NULL, 0)
             ON CONFLICT (subject, counter) DO UPDATE SET failures = {failures}, next_at = NULL",
            front.sam.id
        )
    };
    // A wait is none: nothing is guessed at by it, and it takes no failure back.
    front.clinic().sql(&failures(STOPPED_AT - 2)).await;
    front.clinic().clock.advance(60);
    let due = front.code_due(None).await;
    let wrong = |n| front.phone.wrong(n);
    drop(front.clinic().submit(&due, &wrong(0)).await);
    let (_, token) = front.skips(&token).await;
    assert_eq!(
        front.clinic().code_failures().await,
        i64::from(STOPPED_AT - 1)
    );
    // A stop that was written past the product skips nothing either.
    front.clinic().sql(&failures(STOPPED_AT)).await;
    front.code_due(Some(&token)).await;
    assert_eq!(front.open().await, 0);
    front.clinic().sql(&failures(0)).await;
    front.remembered().await;
    front.clinic().sql(&failures(STOPPED_AT - 1)).await;
    front.clinic().clock.advance(60);
    let due = front.code_due(None).await;
    drop(front.clinic().submit(&due, &wrong(1)).await);
    assert_eq!(front.open().await, 0);
    // Tries that are allowed again bring nothing back.
    front.desk.return_manager().await;
    let allowed = requirements::allow(&front.desk, &front.desk.manager, &front.sam.id).await;
    assert_eq!(allowed, None);
    front.code_due(Some(&token)).await;
}

/// After a letter for a forgotten password a code is due, whatever is remembered.
#[tokio::test]
async fn after_a_letter_a_code_is_due() {
    let front = Front::new().await;
    let token = front.remembered().await;
    let barred = "UPDATE users SET email_barred = 1";
    front.clinic().sql(barred).await;
    front.code_due(Some(&token)).await;
    assert_eq!(front.open().await, 0);
}

async fn due(sends: &Sends) -> CodeDue {
    sends.clinic.clock.advance(60);
    match sign_in(&sends.clinic, (SAM, PASSWORD), None).await {
        Ok(Outcome::Code(due)) => due,
        other => panic!("no code was asked for: {other:?}"),
    }
}

/// Signs Sam in by SMS, with the tick.
async fn by_sms(sends: &Sends) -> Secret {
    let due = due(sends).await;
    if due.challenge.method != MethodKind::Sms {
        let method = MethodKind::Sms;
        let call = TryAnother { method };
        sends.clinic.call(&due.token, call).await.unwrap();
    }
    let call = SubmitCode {
        code: Secret::new(sends.code(Channel::Sms).await),
        remember: true,
    };
    match sends.clinic.call(&due.token, call).await {
        Ok(Outcome::In(admitted)) => admitted.remembered.unwrap(),
        other => panic!("not let in: {other:?}"),
    }
}

/// Sam with SMS and an authenticator, remembered by a code of SMS, in a practice that sends: a
/// session that is stepped up, and the token.
async fn by_two() -> (Sends, Token, Secret) {
    let sends = Sends::new().await;
    let founder = &sends.clinic.founder;
    set(&sends.clinic, founder, Some(7)).await.unwrap();
    let sam = sends.clinic.hire(SAM).await;
    let token = sam.session().await;
    sends.enrol(&token, Channel::Sms, NUMBER).await;
    let phone = sends.clinic.enrol(&token).await;
    let remembered = by_sms(&sends).await;
    let by = MethodKind::Authenticator;
    let call = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new(phone.code())),
        by: Some(Way::Method(by)),
    };
    let token = sends.clinic.call(&token, call).await.unwrap().token;
    (sends, token, remembered)
}

async fn skips(sends: &Sends, remembered: &Secret) -> bool {
    match sign_in(&sends.clinic, (SAM, PASSWORD), Some(remembered)).await {
        Ok(Outcome::In(_)) => true,
        Ok(Outcome::Code(_)) => false,
        other => panic!("{other:?}"),
    }
}

async fn no_sms(sends: &Sends) {
    let allowed = AllowedMethods {
        sms: false,
        ..AllowedMethods::default()
    };
    let from = Starts::Now;
    let call = SetAllowed { allowed, from };
    let code = sends.alex.code();
    let founder = &sends.clinic.founder;
    let manager = sends.clinic.step_up(founder, Some(&code)).await.unwrap();
    sends.clinic.call(&manager, call).await.unwrap();
}

/// Attack 70: a method that is removed, whichever it is.
#[tokio::test]
async fn a_method_that_is_removed_ends_it() {
    let (sends, token, remembered) = by_two().await;
    let kind = MethodKind::Authenticator;
    let call = RemoveMethod { kind };
    sends.clinic.call(&token, call).await.unwrap();
    assert!(!skips(&sends, &remembered).await);
}

/// Attack 70: a method that is added.
#[tokio::test]
async fn a_method_that_is_added_ends_it() {
    let (sends, token, _) = by_two().await;
    let kind = MethodKind::Authenticator;
    let call = RemoveMethod { kind };
    sends.clinic.call(&token, call).await.unwrap();
    let remembered = by_sms(&sends).await;
    sends.clinic.enrol(&token).await;
    assert!(!skips(&sends, &remembered).await);
}

/// A narrowing of the method that the code was of, though another is allowed and nothing is due.
#[tokio::test]
async fn a_narrowing_of_its_method_ends_it() {
    let (sends, _, remembered) = by_two().await;
    no_sms(&sends).await;
    assert!(!skips(&sends, &remembered).await);
    let open = "SELECT COUNT(*) FROM remembered WHERE until_at IS NULL";
    assert_eq!(sends.clinic.number(open).await, 0);
}

/// A narrowing that leaves a set-up due: it is behind a code, and nothing is remembered by it.
#[tokio::test]
async fn a_set_up_that_is_due_stands_behind_a_code() {
    let (sends, token, _) = by_two().await;
    let kind = MethodKind::Authenticator;
    let call = RemoveMethod { kind };
    sends.clinic.call(&token, call).await.unwrap();
    let remembered = by_sms(&sends).await;
    no_sms(&sends).await;
    let due = sign_in(&sends.clinic, (SAM, PASSWORD), Some(&remembered)).await;
    let Ok(Outcome::Code(due)) = due else {
        panic!("no code was asked for: {due:?}");
    };
    assert_eq!(due.challenge.remember, None);
}

/// Attack 70: another address of the account.
#[tokio::test]
async fn another_address_ends_it() {
    let (sends, token, remembered) = by_two().await;
    let email = "sam.roe@vale.example".to_owned();
    let clinic = &sends.clinic;
    clinic.call(&token, ChangeEmail { email }).await.unwrap();
    let send = ToSend::IfNone;
    clinic.call(&token, ProveNewEmail { send }).await.unwrap();
    let code = Secret::new(sends.code(Channel::Email).await);
    let call = SubmitNewEmailCode { code };
    clinic.call(&token, call).await.unwrap();
    let new = ("sam.roe@vale.example", PASSWORD);
    let answer = sign_in(clinic, new, Some(&remembered)).await;
    assert!(matches!(answer, Ok(Outcome::Code(_))), "{answer:?}");
}

/// Fault 29: a backup that is put back remembers no computer.
#[tokio::test]
async fn a_backup_that_is_put_back_remembers_none() {
    let mut front = Front::new().await;
    let token = front.remembered().await;
    let computer = front.clinic().computer().await;
    let file = front.clinic().backup("copy.vestibule").await;
    front.clinic().close().await;
    front
        .clinic()
        .restore(&file, &computer, None)
        .await
        .unwrap();
    front.desk.clinic.open_again().await;
    assert_eq!(front.open().await, 0);
    front.code_due(Some(&token)).await;
}
