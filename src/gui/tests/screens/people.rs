//! The screens of people who come and go, and of those who forgot their password.

use iced::keyboard::key::Named;

use super::super::Stage;
use super::messages::{ELLA, account as my_account, sending};
use super::users;
use crate::api::{
    ForgotPassword, ProveAddress, ProveMethod, Redeem, Secret, StartSent, SubmitAddressCode, ToSend,
};
use crate::domain::Channel;
use crate::gui::tests::manage::manage;

/// The account of Ella.
pub(in crate::gui::tests) fn account() -> Stage {
    let mut stage = manage("Ella Smith");
    stage.push("Open");
    stage
}

/// The form of an act on it.
pub(in crate::gui::tests) fn form(act: &str) -> Stage {
    let mut stage = account();
    stage.push(act);
    stage
}

/// Types into the field that has the focus, and the one behind it.
pub(in crate::gui::tests) fn days(stage: &mut Stage, first: &str, last: &str) {
    stage.type_text(first);
    stage.press(Named::Tab);
    stage.type_text(last);
    stage.press(Named::Enter);
    stage.settle();
}

/// A last day that lies before the first.
pub(super) fn dates_wrong() -> Stage {
    let mut stage = form("Set the dates");
    days(&mut stage, "30/11/2090", "29/11/2090");
    stage
}

/// A code for a forgotten password.
pub(in crate::gui::tests) fn code() -> Stage {
    let mut stage = form("Make a code");
    stage.type_text("rang from her own number");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// Ella until a day.
pub(super) fn locum() -> Stage {
    let mut stage = form("Set the dates");
    days(&mut stage, "", "30/11/2090");
    stage.push("Back");
    stage.push("Done");
    stage
}

/// Ella was deactivated.
pub(in crate::gui::tests) fn away() -> Stage {
    let mut stage = form("Deactivate");
    stage.type_text("has left the practice");
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Back");
    stage.push("Former and future staff");
    stage
}

/// Her dialog.
pub(in crate::gui::tests) fn managed_away() -> Stage {
    let mut stage = away();
    stage.push("Authentication preferences of Ella Smith");
    stage
}

/// A code for a forgotten password was asked for by e-mail.
pub(in crate::gui::tests) fn forgot() -> Stage {
    let (mut stage, _) = sending();
    stage.push("Forgot your password?");
    stage.tab_to("Email");
    stage.type_text(ELLA);
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// Ella chose her password by a letter to where her codes go.
pub(super) fn barred(recovery: bool) -> Stage {
    let (mut stage, ella) = sending();
    stage.block_on(async {
        let practice = &stage.practice;
        let send = ToSend::IfNone;
        let ask = practice.backend.call(Some(&ella), ProveAddress { send });
        ask.await.unwrap();
        let code = Secret::new(practice.newest_code().await);
        let prove = practice
            .backend
            .call(Some(&ella), SubmitAddressCode { code });
        prove.await.unwrap();
        let call = StartSent {
            channel: Channel::Email,
            to: ELLA.into(),
            replaces: None,
        };
        let started = practice.backend.call(Some(&ella), call).await.unwrap();
        let call = ProveMethod {
            method: started.method,
            code: Secret::new(practice.newest_code().await),
        };
        practice.backend.call(Some(&ella), call).await.unwrap();
        if recovery {
            practice.keep_codes(&ella).await;
        }
        let call = ForgotPassword { email: ELLA.into() };
        practice.backend.call(None, call).await.unwrap();
        let call = Redeem {
            code: Secret::new(practice.newest_reset().await),
            password: Secret::new(crate::backend::staged::PASSWORD),
        };
        practice.backend.call(None, call).await.unwrap();
    });
    stage.sign_in(ELLA);
    stage
}

/// The table of somebody in every status, with the manager at it.
pub(in crate::gui::tests) fn table() -> Stage {
    users().0
}

/// Another address for Ella, without a reason.
pub(super) fn email_wrong() -> Stage {
    let mut stage = account();
    stage.push("Change the email");
    stage.type_text("ella@vale.example");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// One's own new address, its code on the way.
pub(in crate::gui::tests) fn new_email() -> Stage {
    let mut stage = my_account();
    stage.tab_to("New email");
    stage.type_text("ella@vale.example");
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Send a code");
    stage
}

pub(in crate::gui::tests) fn add_person() -> Stage {
    let (mut stage, _) = users();
    stage.push("Add a person");
    stage
}

/// In a practice that has mail.
pub(in crate::gui::tests) fn add_with_mail() -> Stage {
    let (mut stage, _) = super::super::delivery::pages::set();
    stage.push("Users");
    stage.push("Add a person");
    stage.type_text("Grace Park");
    stage.press(Named::Tab);
    stage.type_text("grace@hills.example");
    stage
}

/// An invitation that goes out by email too.
pub(in crate::gui::tests) fn invitation_sent() -> Stage {
    let mut stage = add_with_mail();
    stage.push("Also send the invitation to this address by email");
    stage.push("Add");
    stage
}

pub(super) fn add_person_wrong() -> Stage {
    let mut stage = add_person();
    stage.push("Add");
    stage
}

pub(in crate::gui::tests) fn invitation() -> Stage {
    let mut stage = add_person();
    stage.type_text("Grace Park");
    stage.press(Named::Tab);
    stage.type_text("grace@hills.example");
    stage.push("Add");
    stage
}
