//! Somebody in two practices.

use iced::keyboard::key::Named;

use super::super::Stage;
use super::messages::{ELLA, sending};
use crate::api::{AddPractice, ProveAddress, Secret, SubmitAddressCode, ToSend};

/// Vale Clinic offers Ella a place, who has proven her address and is at My account; the code.
pub(in crate::gui::tests) fn offer() -> (Stage, Secret) {
    let (mut stage, ella) = sending();
    let code = stage.block_on(async {
        let practice = &stage.practice;
        let service = &practice.service;
        let vale = AddPractice {
            practice: "Vale Clinic".into(),
            time_zone: "Australia/Perth".into(),
            name: "Ella Smith".into(),
            email: ELLA.into(),
        };
        let added = service.operate(vale).await.unwrap();
        let send = ToSend::IfNone;
        let ask = practice.backend.call(Some(&ella), ProveAddress { send });
        ask.await.unwrap();
        let code = Secret::new(practice.newest_code().await);
        let call = SubmitAddressCode { code };
        practice.backend.call(Some(&ella), call).await.unwrap();
        // Hills Clinic is the one that she joined first.
        practice.advance(1);
        added.invitation.code
    });
    stage.sign_in(ELLA);
    stage.push("My account");
    (stage, code)
}

pub(super) fn offered() -> Stage {
    offer().0
}

/// She has taken it.
pub(in crate::gui::tests) fn accepted() -> Stage {
    let (mut stage, code) = offer();
    stage.tab_to("Invitation code");
    stage.type_text(code.expose());
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// She chooses between the two.
pub(in crate::gui::tests) fn switch() -> Stage {
    let mut stage = accepted();
    stage.push("Hills Clinic");
    stage
}
