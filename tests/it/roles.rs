//! Who may do what to whom: every call on people, by every role, on every kind of target.

use vestibule::api::{
    Activity, ActivityFilter, AddPerson, Error, InviteAgain, People, PracticeRule, RuleAsked,
    SaveActivity, SessionRule, SessionTimeOuts, SetRule, SetSessionRule, Statement, Token,
    VerifyActivity, ViewPerson,
};
use vestibule::domain::{MembershipId, NotAllowed, PracticeId, Role, UserId};
use vestibule::service::SystemRandom;

use crate::clinic::PASSWORD;
use crate::requirements::{allow, end_sessions, reset, turn_off, turn_on};
use crate::staff::{BY_NAME, Desk};

const SAM: &str = "sam@hills.example";
const KIM: &str = "kim@hills.example";

/// What every call of full access, and every call on a person, answers. In this order each can
/// succeed on somebody Enabled.
pub(crate) async fn answers(
    desk: &Desk,
    token: &Token,
    target: &UserId,
) -> Vec<(&'static str, Option<Error>)> {
    let user = target.clone();
    let view = ViewPerson { user: user.clone() };
    let people = People {
        search: String::new(),
        status: None,
        sort: BY_NAME,
        after: None,
        count: true,
    };
    let add = AddPerson {
        name: "Pat Moe".into(),
        email: format!(
            "{}@new.example",
            vestibule::domain::SessionId::new(desk.clinic.now(), &SystemRandom)
        ),
        role: Role::Reception,
    };
    // The rule that stands: nothing is changed by it.
    let set = SetRule {
        rule: RuleAsked::Optional,
    };
    let set_session = SetSessionRule {
        limits: SessionTimeOuts {
            idle_minutes: 15,
            absolute_hours: 12,
        },
    };
    let clinic = &desk.clinic;
    vec![
        ("people", clinic.call(token, people).await.err()),
        ("view", clinic.call(token, view).await.err()),
        ("rule", clinic.call(token, PracticeRule {}).await.err()),
        ("set-rule", clinic.call(token, set).await.err()),
        ("rule", clinic.call(token, SessionRule {}).await.err()),
        ("set-rule", clinic.call(token, set_session).await.err()),
        ("rule", clinic.call(token, activity()).await.err()),
        ("rule", clinic.call(token, save_activity()).await.err()),
        ("rule", clinic.call(token, VerifyActivity {}).await.err()),
        ("rule", clinic.call(token, statement(clinic)).await.err()),
        ("add", clinic.call(token, add).await.err()),
        (
            "invite",
            clinic.call(token, InviteAgain { user }).await.err(),
        ),
        ("on", turn_on(desk, token, target).await),
        ("allow", allow(desk, token, target).await),
        ("end", end_sessions(desk, token, target).await),
        ("reset", reset(desk, token, target).await),
        ("off", turn_off(desk, token, target).await),
    ]
}

fn activity() -> Activity {
    Activity {
        filter: ActivityFilter::default(),
        after: None,
    }
}

fn save_activity() -> SaveActivity {
    let Activity { filter, after } = activity();
    SaveActivity { filter, after }
}

fn statement(clinic: &crate::clinic::Clinic) -> Statement {
    let day = clinic.now().in_tz("Australia/Sydney").unwrap().date();
    Statement { day }
}

fn not(why: NotAllowed) -> Option<Error> {
    Some(Error::NotAllowed { why })
}

fn expect(
    case: &str,
    answers: Vec<(&'static str, Option<Error>)>,
    expected: impl Fn(&str) -> Option<Error>,
) {
    for (call, answer) in answers {
        assert_eq!(answer, expected(call), "{case}: {call}");
    }
}

/// A person of another practice of the same database.
pub(crate) async fn stranger(desk: &Desk) -> UserId {
    let now = desk.clinic.now();
    let (user, practice) = (
        UserId::new(now, &SystemRandom),
        PracticeId::new(now, &SystemRandom),
    );
    let place = MembershipId::new(now, &SystemRandom);
    for sql in [
        format!(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id)
             SELECT '{practice}', 'Vale Clinic', time_zone, made_at + 1, wrapped_keys, key_id
             FROM practices LIMIT 1"
        ),
        format!(
            "INSERT INTO rules (id, practice_id, kind, from_at)
             VALUES ('{practice}', '{practice}', 'optional', 1)"
        ),
        format!(
            "INSERT INTO users (id, email, name, folded_name, made_at)
             VALUES ('{user}', 'jo@vale.example', 'Jo Vale', 'jo vale', 1)"
        ),
        format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             VALUES ('{place}', '{practice}', '{user}', 'reception', 1)"
        ),
    ] {
        desk.clinic.sql(&sql).await;
    }
    user
}

/// Attack 50: without full access nothing but one's own is reached, and nobody's id tells more
/// than any other.
#[tokio::test]
async fn without_full_access_only_ones_own_is_reached() {
    for role in [Role::Practitioner, Role::Reception] {
        let mut desk = Desk::new().await;
        let kim = desk.colleague(KIM, role).await;
        let unknown = UserId::new(desk.clinic.now(), &SystemRandom);
        let strange = stranger(&desk).await;
        for target in [&desk.manager_id, &unknown, &strange] {
            expect(
                "another",
                answers(&desk, &kim.token, target).await,
                |call| match call {
                    "people" => None,
                    "on" | "off" => not(NotAllowed::FullAccessOnly),
                    _ => Some(Error::Forbidden),
                },
            );
        }
        expect(
            "oneself",
            answers(&desk, &kim.token, &kim.id).await,
            |call| match call {
                "people" | "on" | "off" => None,
                _ => Some(Error::Forbidden),
            },
        );
        desk.clinic.clock.advance(240);
        desk.freshen().await;
        for target in [&desk.manager_id, &unknown, &kim.id] {
            expect(
                "not fresh",
                answers(&desk, &kim.token, target).await,
                |call| match call {
                    "people" => None,
                    "on" | "off" => Some(Error::StepUpNeeded),
                    _ => Some(Error::Forbidden),
                },
            );
        }
    }
}

#[tokio::test]
async fn full_access_reaches_its_practice_and_nobody_else() {
    let desk = Desk::new().await;
    let unknown = UserId::new(desk.clinic.now(), &SystemRandom);
    let strange = stranger(&desk).await;
    for role in [Role::FullAccess, Role::Practitioner, Role::Reception] {
        let email = format!("{role}@hills.example").replace('_', "-");
        let colleague = desk.colleague(&email, role).await;
        desk.clinic.enrol(&colleague.token).await;
        expect(
            "colleague",
            answers(&desk, &desk.manager, &colleague.id).await,
            |call| match call {
                "invite" => Some(Error::Stale),
                _ => None,
            },
        );
    }
    for target in [&unknown, &strange] {
        expect(
            "nobody",
            answers(&desk, &desk.manager, target).await,
            |call| match call {
                "people" | "rule" | "set-rule" | "add" => None,
                _ => Some(Error::NotFound),
            },
        );
    }
    expect(
        "oneself",
        answers(&desk, &desk.manager, &desk.manager_id).await,
        |call| match call {
            "invite" => Some(Error::Stale),
            "allow" | "end" | "reset" => not(NotAllowed::OnOneself),
            _ => None,
        },
    );
}

#[tokio::test]
async fn full_access_without_a_step_up_looks_and_does_nothing() {
    let desk = Desk::new().await;
    let kim = desk.colleague(KIM, Role::Reception).await;
    desk.clinic.clock.advance(300);
    for target in [&kim.id, &desk.manager_id] {
        expect(
            "not fresh",
            answers(&desk, &desk.manager, target).await,
            |call| match call {
                "people" | "view" | "rule" => None,
                _ => Some(Error::StepUpNeeded),
            },
        );
    }
}

/// Every act on another's factors needs a code, so the actor must be Enabled.
#[tokio::test]
async fn full_access_that_is_not_enabled_acts_on_nobodys_factors() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    let kim = desk.colleague(KIM, Role::FullAccess).await;
    expect(
        "another",
        answers(&desk, &kim.token, &sam.id).await,
        |call| match call {
            "invite" => Some(Error::Stale),
            "on" | "allow" | "reset" | "off" => not(NotAllowed::ActorNotEnabled),
            _ => None,
        },
    );
}

/// Acts on a person's factors need full access in every practice the person belongs to.
#[tokio::test]
async fn who_works_elsewhere_too_is_not_reset_from_here() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    desk.clinic.enrol(&sam.token).await;
    stranger(&desk).await;
    let place = MembershipId::new(desk.clinic.now(), &SystemRandom);
    desk.clinic
        .sql(&format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', id, '{}', 'reception', 9999999999999 FROM practices
             WHERE name = 'Vale Clinic'",
            sam.id
        ))
        .await;
    expect(
        "shared",
        answers(&desk, &desk.manager, &sam.id).await,
        |call| match call {
            "invite" => Some(Error::Stale),
            "on" | "allow" | "reset" | "off" => not(NotAllowed::FullAccessOnly),
            _ => None,
        },
    );
}

/// Attack 18, over the calls on people.
#[tokio::test]
async fn nobody_reaches_anybody_without_a_session() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let code_due = desk.clinic.manager().code_due().await.token;
    assert_eq!(turn_on(&desk, &desk.manager, &sam.id).await, None);
    let set_up_due = desk.at_the_door(&sam).set_up_due().await.token;
    for token in [
        &code_due,
        &set_up_due,
        &Token::new(PASSWORD),
        &Token::new(""),
    ] {
        for (call, answer) in answers(&desk, token, &sam.id).await {
            assert_eq!(answer, Some(Error::NotSignedIn), "{call}");
        }
    }
}
