//! Codes that belong to no sign-in and no set-up, which count their tries: each takes five itself.

use vestibule::api::{
    Ack, Error, ProveAddress, Secret, SendStepUp, StepUp, SubmitAddressCode, ToSend, Token, Way,
};
use vestibule::domain::{Channel, MethodKind};

use crate::clinic::PASSWORD;
use crate::sends::{SAM, Sends, another_code};

/// As if somebody with full access had allowed tries again, and the waits were over.
async fn allowed(stage: &Sends) {
    stage.clinic.sql("DELETE FROM tries").await;
}

async fn prove(stage: &Sends, token: &Token, code: &str) -> Result<Ack, Error> {
    let code = Secret::new(code);
    stage.clinic.call(token, SubmitAddressCode { code }).await
}

async fn step_up(stage: &Sends, token: &Token, code: &str) -> Result<Token, Error> {
    let call = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new(code)),
        by: Some(Way::Method(MethodKind::Sms)),
    };
    let stepped = stage.clinic.call(token, call).await;
    stepped.map(|stepped| stepped.token)
}

/// G3: after five wrong guesses the right code opens nothing, and another is sent when asked for.
#[tokio::test]
async fn a_code_to_an_address_takes_five_tries() {
    let stage = Sends::new().await;
    let token = stage.clinic.hire(SAM).await.session().await;
    let send = || {
        let send = ToSend::IfNone;
        stage.clinic.call(&token, ProveAddress { send })
    };
    send().await.unwrap();
    let right = stage.code(Channel::Email).await;
    let wrong = another_code(&right);
    for tries_left in [4, 3, 2, 1, 0] {
        let answer = prove(&stage, &token, &wrong).await;
        assert_eq!(answer, Err(Error::CodeWrong { tries_left }));
        allowed(&stage).await;
    }
    let answer = prove(&stage, &token, &right).await;
    assert_eq!(answer, Err(Error::CodeEnded { tries_left: 0 }));
    allowed(&stage).await;
    send().await.unwrap();
    let next = stage.code(Channel::Email).await;
    prove(&stage, &token, &next).await.unwrap();
}

/// G3: the same for a step-up; the one that is sent again after the fifth is another.
#[tokio::test]
async fn a_code_of_a_step_up_takes_five_tries() {
    let stage = Sends::new().await;
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let token = stage.submit(&due, &code).await.unwrap();
    stage.clinic.clock.advance(5 * 60 + 1);
    let send = |send| {
        let method = None;
        stage.clinic.call(&token, SendStepUp { method, send })
    };
    send(ToSend::IfNone).await.unwrap();
    let right = stage.code(Channel::Sms).await;
    let wrong = another_code(&right);
    // With a wrong password the code is not looked at.
    for _ in 0..5 {
        let call = StepUp {
            password: Secret::new("not it at all"),
            code: Some(Secret::new(&*wrong)),
            by: Some(Way::Method(MethodKind::Sms)),
        };
        let answer = stage.clinic.call(&token, call).await;
        assert_eq!(answer.err(), Some(Error::WrongCredentials));
        allowed(&stage).await;
    }
    for tries_left in [4, 3, 2, 1, 0] {
        let answer = step_up(&stage, &token, &wrong).await;
        assert_eq!(answer.err(), Some(Error::CodeWrong { tries_left }));
        allowed(&stage).await;
    }
    stage.clinic.clock.advance(60);
    send(ToSend::Again).await.unwrap();
    let next = stage.code(Channel::Sms).await;
    assert_ne!(next, right);
    let answer = step_up(&stage, &token, &right).await;
    assert_eq!(answer.err(), Some(Error::CodeEnded { tries_left: 4 }));
    allowed(&stage).await;
    step_up(&stage, &token, &next).await.unwrap();
}
