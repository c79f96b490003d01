//! What one practice of a person does not get alone: neither by its mail, nor by a code it made before
//! another had a say, nor by one whose maker has none any more.

use vestibule::api::{AddPerson, Error, ForgotPassword, Invitation, Redeem, Secret};
use vestibule::domain::{NotAllowed, Role, UserId};

use super::{accept, beside, in_both, not, offer, prove};
use crate::clinic::Clinic;
use crate::forgotten::hand_over;
use crate::membership::{set_dates, set_role};
use crate::sends::{SAM, Sends};
use crate::staff::Desk;

async fn redeems(clinic: &Clinic, made: &Invitation) -> Option<Error> {
    let call = Redeem {
        code: made.code.clone(),
        password: Secret::new("another ladder 17 teal"),
    };
    clinic.backend.call(None, call).await.err()
}

/// Attack 50: whoever runs the mail server of one practice reads the letters of its people.
#[tokio::test]
async fn no_letter_about_a_password_goes_to_somebody_of_several_practices() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = clinic.hire(SAM).await;
    let id: UserId = sam.id().await.parse().unwrap();
    prove(clinic, &id).await;
    let forgot = async || {
        let email = SAM.to_owned();
        clinic
            .backend
            .call(None, ForgotPassword { email })
            .await
            .unwrap();
        stage.deliver().await;
        let letters = std::iter::from_fn(|| stage.mailbox.now());
        letters
            .filter(|letter| letter.subject().starts_with("A new password"))
            .count()
    };
    assert_eq!(forgot().await, 1);
    let jo = beside(clinic).await;
    let offered = offer(clinic, &jo.token, SAM, Role::Reception)
        .await
        .unwrap();
    let codes = "SELECT COUNT(*) FROM invitations WHERE kind = 'email' AND ended_at IS NULL";
    assert_eq!(clinic.number(codes).await, 1);
    accept(clinic, &sam.session().await, &offered.code)
        .await
        .unwrap();
    // The one that was on its way is void too.
    assert_eq!(clinic.number(codes).await, 0);
    stage.set_mail(&jo.token).await.unwrap();
    assert_eq!(forgot().await, 0);
    assert_eq!(clinic.number(codes).await, 0);
}

/// Attack 50: what one practice had made while the person was its own alone.
#[tokio::test]
async fn a_code_is_void_once_another_practice_has_a_say() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    let jo = beside(&desk.clinic).await;
    let offered = offer(&desk.clinic, &jo.token, SAM, Role::Reception).await;
    prove(&desk.clinic, &sam.id).await;
    accept(&desk.clinic, &sam.token, &offered.unwrap().code)
        .await
        .unwrap();
    let void = Some(Error::InvitationNotValid);
    assert_eq!(redeems(&desk.clinic, &made).await, void);
}

/// Attack 50: whoever lost full access has written down a code that opens somebody else's account.
#[tokio::test]
async fn a_code_is_its_makers_while_they_have_full_access() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::FullAccess).await;
    desk.clinic.enrol(&kim.token).await;
    let forgotten = hand_over(&desk, &kim.token, &sam.id).await.unwrap();
    let newcomer = AddPerson {
        name: "Max Roe".into(),
        email: "max@hills.example".into(),
        role: Role::FullAccess,
        send: false,
    };
    let invited = desk.clinic.call(&kim.token, newcomer).await.unwrap();
    let role = Role::Reception;
    assert_eq!(set_role(&desk, &desk.manager, &kim.id, role).await, None);
    let void = Some(Error::InvitationNotValid);
    assert_eq!(redeems(&desk.clinic, &forgotten).await, void);
    assert_eq!(redeems(&desk.clinic, &invited).await, void);
    // As somebody who may again, Kim has given them still.
    let role = Role::FullAccess;
    assert_eq!(set_role(&desk, &desk.manager, &kim.id, role).await, None);
    assert_eq!(redeems(&desk.clinic, &forgotten).await, None);
    assert_eq!(redeems(&desk.clinic, &invited).await, None);
}

/// Attack 50: or the one practice would do on Friday what is the other's concern on Monday.
#[tokio::test]
async fn a_practice_whose_first_day_lies_ahead_has_a_say() {
    let desk = Desk::new().await;
    let (sam, jo) = in_both(&desk, Role::Reception).await;
    let dates = ("01/01/2100", "");
    assert_eq!(set_dates(&desk, &jo.token, &sam.id, dates).await, None);
    let waits = not(NotAllowed::OthersAgree);
    let made = hand_over(&desk, &desk.manager, &sam.id).await.err();
    assert_eq!(made, waits);
    // It says it before the first day, or nobody could help until then.
    desk.clinic.enrol(&jo.token).await;
    let made = hand_over(&desk, &jo.token, &sam.id).await.unwrap();
    assert_eq!(redeems(&desk.clinic, &made).await, None);
}
