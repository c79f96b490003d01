//! Somebody whose tries at codes are used up.

use super::super::Stage;
use super::enter_code;
use crate::api::{Error, Outcome, Secret, SignIn, SubmitCode};
use crate::backend::staged::{MANAGER, PASSWORD, Staged};
use crate::domain::{Role, STOPPED_AT};
use crate::keychain::Home;

const BELLA: &str = "bella@hills.example";

/// Types as many wrong codes as are looked at, each after its wait.
async fn use_up(practice: &Staged) {
    for _ in 0..STOPPED_AT {
        practice.advance(60 * 60);
        let call = SignIn {
            email: BELLA.into(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        let Ok(Outcome::Code(due)) = practice.backend.call(None, call).await else {
            panic!("no code was asked for");
        };
        let code = Secret::new("000000");
        let wrong = practice.backend.call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        );
        let wrong = wrong.await.unwrap_err();
        assert!(matches!(wrong, Error::CodeWrong { .. }), "{wrong:?}");
    }
}

/// The table with Bella in it, who cannot sign in any more.
pub(in crate::gui::tests) fn table() -> Stage {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let phone = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        let by = practice.manager(&phone).await;
        let role = Role::Practitioner;
        let bella = practice.hire(&by, "Bella Nguyen", BELLA, role).await;
        practice.enrol(&bella).await;
        use_up(practice).await;
        phone
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    enter_code(&mut stage, &phone);
    stage
}
