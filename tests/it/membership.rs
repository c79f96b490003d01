//! A person's place in a practice: name, role, leaving and coming back, and the last ones who may
//! not go.

mod dates;
mod last;

use vestibule::api::{
    Deactivate, EditPerson, Error, Fault, Field, People, PracticeRule, Reactivate, SetDates,
    SetRole, Token, WhoAmI,
};
use vestibule::domain::{MembershipId, NameFault, NotAllowed, Role, Standing, UserId};
use vestibule::service::SystemRandom;

use crate::clinic::{PASSWORD, Person, as_written};
use crate::roles::stranger;
use crate::staff::{BY_NAME, Desk, MANDATORY_NOW, REASON};

const SAM: &str = "sam@hills.example";
const KIM: &str = "kim@hills.example";

pub(crate) async fn edit(desk: &Desk, token: &Token, user: &UserId, name: &str) -> Option<Error> {
    let (user, name) = (user.clone(), name.to_owned());
    desk.clinic
        .call(token, EditPerson { user, name })
        .await
        .err()
}

pub(crate) async fn set_role(
    desk: &Desk,
    token: &Token,
    user: &UserId,
    role: Role,
) -> Option<Error> {
    let user = user.clone();
    desk.clinic.call(token, SetRole { user, role }).await.err()
}

pub(crate) async fn set_dates(
    desk: &Desk,
    token: &Token,
    user: &UserId,
    (first, last): (&str, &str),
) -> Option<Error> {
    let call = SetDates {
        user: user.clone(),
        first_day: first.to_owned(),
        last_day: last.to_owned(),
    };
    desk.clinic.call(token, call).await.err()
}

pub(crate) async fn deactivate(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    desk.clinic
        .call(token, Deactivate { user, reason })
        .await
        .err()
}

pub(crate) async fn reactivate(desk: &Desk, token: &Token, user: &UserId) -> Option<Error> {
    let user = user.clone();
    desk.clinic.call(token, Reactivate { user }).await.err()
}

/// Those who do not work there now.
async fn away(desk: &Desk) -> Vec<vestibule::api::Person> {
    let call = People {
        search: String::new(),
        status: None,
        away: true,
        sort: BY_NAME,
        after: None,
        count: true,
    };
    let page = desk.clinic.call(&desk.manager, call).await.unwrap();
    assert_eq!(page.counted.unwrap().matching, page.people.len() as u64);
    page.people
}

/// Puts somebody into the other practice too.
pub(crate) async fn joins_vale(desk: &Desk, user: &UserId, role: Role) {
    let place = MembershipId::new(desk.clinic.now(), &SystemRandom);
    desk.clinic
        .sql(&format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', id, '{user}', '{role}', 9999999999999 FROM practices
             WHERE name = 'Vale Clinic'"
        ))
        .await;
}

/// Attacks 1 and 51, guarantee 6: what was open ends with the next request, and whoever was
/// deactivated is as unknown at the door.
#[tokio::test]
async fn a_deactivated_person_is_answered_as_an_unknown_one() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let second = desk.at_the_door(&sam).session().await;
    desk.clinic
        .call(&second, vestibule::api::Lock {})
        .await
        .unwrap();
    let before = desk.page("").await.counted.unwrap().statuses.unwrap().all();

    assert_eq!(deactivate(&desk, &desk.manager, &sam.id).await, None);
    for token in [&sam.token, &second] {
        assert_eq!(desk.clinic.admits(token).await, Err(Error::NotSignedIn));
        let unlock = vestibule::api::Unlock {
            password: vestibule::api::Secret::new(PASSWORD),
        };
        let unlocked = desk.clinic.call(token, unlock).await.err();
        assert_eq!(unlocked, Some(Error::NotSignedIn));
    }
    let unknown = Person {
        clinic: &desk.clinic,
        email: "nobody@hills.example".into(),
        password: PASSWORD.into(),
    };
    let answer = desk.at_the_door(&sam).sign_in().await.err();
    assert_eq!(answer, Some(Error::WrongCredentials));
    assert_eq!(answer, unknown.sign_in().await.err());

    // Not among those who work there, but found among those who do not.
    assert!(desk.page(SAM).await.people.is_empty());
    let after = desk.page("").await.counted.unwrap().statuses.unwrap().all();
    assert_eq!(after, before - 1);
    let row = away(&desk).await.remove(0);
    assert_eq!(row.user, sam.id);
    assert_eq!(row.term.at(desk.clinic.now()), Standing::Left);
    assert_eq!(desk.view(&sam.id).await.person, row);
    assert_eq!(desk.logged("deactivated", &sam.id).await, 1);
    let reason = format!(
        "SELECT reason FROM events WHERE subject = '{}' AND reason = '{REASON}'",
        sam.id
    );
    assert_eq!(desk.clinic.sql(&reason).await.len(), 1);
    let told = desk.notices(&sam.id).await;
    assert_eq!(told, [("deactivated".to_owned(), "Alex Lee".to_owned())]);
    // Twice is not done twice.
    let again = deactivate(&desk, &desk.manager, &sam.id).await;
    assert_eq!(again, Some(Error::Stale));
    let closed = format!(
        "SELECT COUNT(*) FROM memberships WHERE user_id = '{}' AND until_at IS NOT NULL
         AND until_by = '{}'",
        sam.id, desk.manager_id
    );
    assert_eq!(desk.clinic.number(&closed).await, 1);
}

#[tokio::test]
async fn a_reason_is_asked_for_and_a_name_is_judged_by_its_field() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let call = Deactivate {
        user: sam.id.clone(),
        reason: " ".into(),
    };
    let answer = desk.clinic.call(&desk.manager, call).await.err();
    assert_eq!(answer, Some(Field::Reason.cannot_be(Fault::Missing)));
    let answer = edit(&desk, &desk.manager, &sam.id, " ").await;
    assert_eq!(answer, Some(Field::Name.cannot_be(NameFault::Empty)));
    desk.clinic.admits(&sam.token).await.unwrap();
}

/// Attack 25: no second step completes what was begun before.
#[tokio::test]
async fn who_is_deactivated_between_the_steps_is_refused() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    desk.clinic.clock.advance(60);
    let due = desk.at_the_door(&sam).code_due().await;
    assert_eq!(deactivate(&desk, &desk.manager, &sam.id).await, None);
    let answer = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    // Nor after the person has come back: that sign-in is over.
    assert_eq!(reactivate(&desk, &desk.manager, &sam.id).await, None);
    let answer = desk.clinic.submit(&due, &phone.code()).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    let open = format!(
        "SELECT COUNT(*) FROM sessions WHERE user_id = '{}' AND ended_at IS NULL",
        sam.id
    );
    assert_eq!(desk.clinic.number(&open).await, 0);
    desk.at_the_door(&sam).session_by(&phone).await;
}

#[tokio::test]
async fn an_invitation_ends_with_the_place_and_can_be_made_anew() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    let sam = desk.page(SAM).await.people.remove(0).user;
    assert_eq!(deactivate(&desk, &desk.manager, &sam).await, None);
    let redeemed = desk.redeem(&invitation.code, PASSWORD).await.err();
    assert_eq!(redeemed, Some(Error::InvitationNotValid));
    let again = vestibule::api::InviteAgain {
        user: sam.clone(),
        send: false,
    };
    let refused = desk.clinic.call(&desk.manager, again.clone()).await.err();
    assert_eq!(refused, Some(Error::NotFound));
    assert_eq!(reactivate(&desk, &desk.manager, &sam).await, None);
    let redeemed = desk.redeem(&invitation.code, PASSWORD).await.err();
    assert_eq!(redeemed, Some(Error::InvitationNotValid));
    let new = desk.clinic.call(&desk.manager, again).await.unwrap();
    desk.redeem(&new.code, PASSWORD).await.unwrap();
}

/// Attack 54: whoever leaves and comes back has no later date than before, and the methods of
/// before.
#[tokio::test]
async fn leaving_and_rejoining_stretches_no_grace_period() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let turned_on = crate::requirements::turn_on(&desk, &desk.manager, &sam.id).await;
    assert_eq!(turned_on, None);
    desk.set_rule(MANDATORY_NOW).await;
    let due = desk.view(&sam.id).await.facts.due_from;
    assert_eq!(due, Some(desk.clinic.now()));
    for _ in 0..2 {
        desk.clinic.clock.advance(30);
        assert_eq!(deactivate(&desk, &desk.manager, &sam.id).await, None);
        desk.clinic.clock.advance(30);
        assert_eq!(reactivate(&desk, &desk.manager, &sam.id).await, None);
        assert_eq!(desk.view(&sam.id).await.facts.due_from, due);
        desk.at_the_door(&sam).set_up_due().await;
    }
    assert_eq!(
        reactivate(&desk, &desk.manager, &sam.id).await,
        Some(Error::Stale)
    );
    assert_eq!(desk.logged("reactivated", &sam.id).await, 2);
    let row = desk.page(SAM).await.people.remove(0);
    assert_eq!(row.role, Role::Practitioner);
    assert_eq!(row.term.at(desk.clinic.now()), Standing::Here);
}

/// Attack 56: what a session may do is asked of the database at every request.
#[tokio::test]
async fn a_role_that_is_lost_or_given_holds_from_the_next_request_on() {
    let desk = Desk::new().await;
    let kim = desk.colleague(KIM, Role::FullAccess).await;
    desk.clinic.call(&kim.token, PracticeRule {}).await.unwrap();
    for (role, answer) in [
        (Role::Practitioner, Some(Error::Forbidden)),
        (Role::FullAccess, None),
        (Role::Reception, Some(Error::Forbidden)),
    ] {
        assert_eq!(set_role(&desk, &desk.manager, &kim.id, role).await, None);
        let asked = desk.clinic.call(&kim.token, PracticeRule {}).await.err();
        assert_eq!(asked, answer, "{role}");
        let me = desk.clinic.call(&kim.token, WhoAmI {}).await.unwrap();
        assert_eq!(me.role, role);
        assert_eq!(desk.page(KIM).await.people[0].role, role);
        // The same once more is no change.
        assert_eq!(set_role(&desk, &desk.manager, &kim.id, role).await, None);
    }
    assert_eq!(desk.logged("role_set", &kim.id).await, 3);
    assert_eq!(desk.notices(&kim.id).await.len(), 3);
    // The past can be told: every row is closed by who wrote the next.
    let rows = format!(
        "SELECT COUNT(*) FROM memberships WHERE user_id = '{}' AND joined_at = (
             SELECT MIN(from_at) FROM memberships WHERE user_id = '{}')",
        kim.id, kim.id
    );
    assert_eq!(desk.clinic.number(&rows).await, 4);
}

#[tokio::test]
async fn a_corrected_name_is_found_and_the_old_one_is_not() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    assert_eq!(
        edit(&desk, &desk.manager, &sam.id, " Zo\u{eb} Nú\u{f1}ez ").await,
        None
    );
    assert_eq!(
        desk.page("zoe nun").await.people[0].name,
        "Zo\u{eb} Nú\u{f1}ez"
    );
    assert!(desk.page("roe").await.people.is_empty());
    assert_eq!(desk.page("sam@").await.people.len(), 1);
    let told = desk.notices(&sam.id).await;
    assert_eq!(told, [("renamed".to_owned(), "Alex Lee".to_owned())]);
    assert_eq!(desk.logged("renamed", &sam.id).await, 1);
    assert_eq!(
        edit(&desk, &desk.manager, &desk.manager_id, "Alex M Lee").await,
        None
    );
    assert_eq!(desk.page("alex m").await.people.len(), 1);
}

/// The place, not the person elsewhere: a session there stands, and so does the way in.
#[tokio::test]
async fn who_is_deactivated_here_works_on_elsewhere() {
    let desk = Desk::new().await;
    stranger(&desk).await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    joins_vale(&desk, &sam.id, Role::Reception).await;
    let there = desk.at_the_door(&sam).session().await;
    desk.clinic
        .sql(&format!(
            "UPDATE sessions SET practice_id = (SELECT id FROM practices WHERE name = 'Vale Clinic')
             WHERE id IN (SELECT id FROM sessions WHERE user_id = '{}'
                          ORDER BY made_at DESC, {} DESC LIMIT 1)",
            sam.id,
            as_written()
        ))
        .await;
    assert_eq!(deactivate(&desk, &desk.manager, &sam.id).await, None);
    let here = desk.clinic.admits(&sam.token).await;
    assert_eq!(here, Err(Error::NotSignedIn));
    desk.clinic.admits(&there).await.unwrap();
    let again = desk.at_the_door(&sam).session().await;
    let me = desk.clinic.call(&again, WhoAmI {}).await.unwrap();
    assert_eq!(
        (me.practice_name.as_str(), me.role),
        ("Vale Clinic", Role::Reception)
    );
    // And only who once belonged here is found here.
    assert_eq!(away(&desk).await.len(), 1);
}

/// Attack 57: nobody of another practice is told from nobody at all.
#[tokio::test]
async fn another_practices_person_is_as_unknown_as_nobody() {
    let desk = Desk::new().await;
    let strange = stranger(&desk).await;
    let nobody = UserId::new(desk.clinic.now(), &SystemRandom);
    for user in [&strange, &nobody] {
        for answer in [
            edit(&desk, &desk.manager, user, "Jo").await,
            set_role(&desk, &desk.manager, user, Role::Reception).await,
            set_dates(&desk, &desk.manager, user, ("", "")).await,
            deactivate(&desk, &desk.manager, user).await,
            reactivate(&desk, &desk.manager, user).await,
        ] {
            assert_eq!(answer, Some(Error::NotFound));
        }
    }
    assert!(away(&desk).await.is_empty());
}

/// Attack 58: a field that a call does not have is no way to set something.
#[test]
fn a_field_too_many_is_refused() {
    let user = "0199aaaa-0000-7000-8000-000000000000";
    let read = |more: &str| {
        let text = format!(r#"{{"user":"{user}","role":"reception"{more}}}"#);
        serde_json::from_str::<SetRole>(&text).is_ok()
    };
    assert!(read(""));
    for more in [
        r#","until_at":null"#,
        r#","practice_id":"x""#,
        r#","mfa_verified":true"#,
        r#","by_user":"x""#,
    ] {
        assert!(!read(more), "{more}");
    }
}

#[tokio::test]
async fn nobody_does_it_to_oneself() {
    let desk = Desk::new().await;
    let me = &desk.manager_id;
    for answer in [
        set_role(&desk, &desk.manager, me, Role::Reception).await,
        set_dates(&desk, &desk.manager, me, ("", "1/1/2090")).await,
        deactivate(&desk, &desk.manager, me).await,
        reactivate(&desk, &desk.manager, me).await,
    ] {
        let why = NotAllowed::OnOneself;
        assert_eq!(answer, Some(Error::NotAllowed { why }));
    }
}
