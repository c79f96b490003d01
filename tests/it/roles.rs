//! Who may do what to whom: every call on people, by every role, on every kind of target.

use vestibule::api::{
    Activity, ActivityFilter, AddPerson, CancelRound, ComputerRule, DryRun, Error, InviteAgain,
    People, Planned, PracticeRule, RollOut, RoundKind, RoundNow, RuleAsked, SaveActivity,
    SessionRule, SessionTimeOuts, SetAllowed, SetRule, SetSessionRule, Statement, Token, TurnOnFor,
    VerifyActivity, ViewPerson,
};
use vestibule::domain::{
    AllowedMethods, MembershipId, NotAllowed, PracticeId, Role, Starts, UserId,
};
use vestibule::service::SystemRandom;

use crate::clinic::PASSWORD;
use crate::forgotten::hand_over;
use crate::import::import;
use crate::membership::{deactivate, edit, joins_vale, reactivate, set_dates, set_role};
use crate::new_address::ask_for;
use crate::remembered::as_it_is;
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
        away: false,
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
        send: false,
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
    let allowed = AllowedMethods::default();
    let set_allowed = SetAllowed {
        allowed,
        from: Starts::Now,
    };
    let dry_run = DryRun {
        of: Planned::Mandatory,
        after: None,
    };
    let turn_on_for = TurnOnFor {
        users: vec![user.clone()],
        from: Starts::Now,
    };
    let kind = RoundKind::Test;
    let clinic = &desk.clinic;
    vec![
        ("people", clinic.call(token, people).await.err()),
        ("view", clinic.call(token, view).await.err()),
        ("rule", clinic.call(token, PracticeRule {}).await.err()),
        ("set-rule", clinic.call(token, set).await.err()),
        ("rule", clinic.call(token, SessionRule {}).await.err()),
        ("set-rule", clinic.call(token, set_session).await.err()),
        ("rule", clinic.call(token, ComputerRule {}).await.err()),
        ("set-rule", clinic.call(token, as_it_is()).await.err()),
        ("set-rule", clinic.call(token, set_allowed).await.err()),
        ("rule", clinic.call(token, dry_run).await.err()),
        ("set-rule", clinic.call(token, turn_on_for).await.err()),
        ("rule", clinic.call(token, RollOut { days: 1 }).await.err()),
        ("rule", clinic.call(token, RoundNow { kind }).await.err()),
        ("rule", clinic.call(token, CancelRound { kind }).await.err()),
        ("rule", clinic.call(token, activity()).await.err()),
        ("rule", clinic.call(token, save_activity()).await.err()),
        ("rule", clinic.call(token, VerifyActivity {}).await.err()),
        ("rule", clinic.call(token, statement(clinic)).await.err()),
        ("add", clinic.call(token, add).await.err()),
        ("add", import(desk, token, vec![]).await.err()),
        (
            "invite",
            clinic
                .call(token, InviteAgain { user, send: false })
                .await
                .err(),
        ),
        ("on", turn_on(desk, token, target).await),
        ("allow", allow(desk, token, target).await),
        ("end", end_sessions(desk, token, target).await),
        ("reset", reset(desk, token, target).await),
        ("off", turn_off(desk, token, target).await),
        ("code", hand_over(desk, token, target).await.err()),
        (
            "mail",
            ask_for(desk, token, target, "pat@vale.example").await,
        ),
        ("edit", edit(desk, token, target, "Pat Roe").await),
        (
            "role",
            set_role(desk, token, target, Role::Practitioner).await,
        ),
        (
            "dates",
            set_dates(desk, token, target, ("", "1/1/2090")).await,
        ),
        ("leave", deactivate(desk, token, target).await),
        ("return", reactivate(desk, token, target).await),
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

/// Where the target of an act works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the actor's practice.
    Here,
    /// In another, in which nobody of here has anything to say.
    Elsewhere,
    /// In both, and the actor in one.
    Both,
    /// In both, and the actor has full access to both.
    BothAsTheActor,
    /// The actor.
    Self_,
}

const PLACES: [Place; 5] = [
    Place::Here,
    Place::Elsewhere,
    Place::Both,
    Place::BothAsTheActor,
    Place::Self_,
];

/// What a call of full access answers, on somebody Enabled.
fn with_full_access(place: Place, call: &str) -> Option<Error> {
    match (place, call) {
        (_, "people" | "rule" | "set-rule" | "add") => None,
        (Place::Elsewhere, _) => Some(Error::NotFound),
        (_, "invite") => Some(Error::Stale),
        (Place::Both, "on" | "edit") => not(NotAllowed::FullAccessOnly),
        // What is the person's own: the other practice has to ask for the same.
        (Place::Both, "allow" | "reset" | "off" | "code" | "mail") => not(NotAllowed::OthersAgree),
        (
            Place::Self_,
            "allow" | "end" | "reset" | "code" | "mail" | "role" | "dates" | "leave" | "return",
        ) => not(NotAllowed::OnOneself),
        _ => None,
    }
}

fn without_full_access(place: Place, call: &str) -> Option<Error> {
    match (place, call) {
        (_, "people") | (Place::Self_, "on" | "off") => None,
        (_, "on" | "off") => not(NotAllowed::FullAccessOnly),
        _ => Some(Error::Forbidden),
    }
}

/// Attack 50: role by target's role by where the target works, for every call.
#[tokio::test]
async fn the_whole_matrix_of_who_acts_on_whom() {
    for role in Role::ALL {
        for target_role in Role::ALL {
            for place in PLACES {
                let desk = Desk::new().await;
                stranger(&desk).await;
                let (actor, actor_id) = if role.has_full_access() {
                    (desk.manager.clone(), desk.manager_id.clone())
                } else {
                    let kim = desk.colleague(KIM, *role).await;
                    (kim.token, kim.id)
                };
                let target = desk.colleague(SAM, *target_role).await;
                desk.clinic.enrol(&target.token).await;
                match place {
                    Place::Here | Place::Self_ => {}
                    Place::Elsewhere => {
                        let moved = format!(
                            "UPDATE memberships SET practice_id =
                                 (SELECT id FROM practices WHERE name = 'Vale Clinic')
                             WHERE user_id = '{}'",
                            target.id
                        );
                        desk.clinic.sql(&moved).await;
                    }
                    Place::Both => joins_vale(&desk, &target.id, *target_role).await,
                    Place::BothAsTheActor => {
                        joins_vale(&desk, &target.id, *target_role).await;
                        joins_vale(&desk, &actor_id, *role).await;
                    }
                }
                let target = if place == Place::Self_ {
                    &actor_id
                } else {
                    &target.id
                };
                let case = format!("{role} on {target_role}, {place:?}");
                let answers = answers(&desk, &actor, target).await;
                expect(&case, answers, |call| match role {
                    Role::FullAccess => with_full_access(place, call),
                    _ => without_full_access(place, call),
                });
            }
        }
    }
}

/// An id that nobody has is answered as one of another practice (attack 57).
#[tokio::test]
async fn nobody_is_as_unknown_as_a_stranger() {
    let desk = Desk::new().await;
    let unknown = UserId::new(desk.clinic.now(), &SystemRandom);
    expect(
        "nobody",
        answers(&desk, &desk.manager, &unknown).await,
        |call| with_full_access(Place::Elsewhere, call),
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
            "on" | "allow" | "reset" | "off" | "code" | "mail" => not(NotAllowed::ActorNotEnabled),
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
