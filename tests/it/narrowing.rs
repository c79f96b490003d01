//! Which methods a practice allows: a narrowing has a date, until which the old method signs in and
//! from which set-up of another is due behind its code.

use vestibule::api::{
    Error, Field, Hindrance, LetIn, MyMethods, Outcome, RemoveMethod, RuleInForce, Secret,
    SetAllowed, SubmitCode, Token, TryAnother,
};
use vestibule::domain::{
    AllowedMethods, Channel, MethodKind, NotAllowed, Role, StartFault, Starts, Timestamp,
};

use crate::clinic::{MANAGER, PASSWORD, Person};
use crate::sends::{NUMBER, Sends};

const NO_SMS: AllowedMethods = AllowedMethods {
    email: true,
    sms: false,
    for_full_access: false,
};

async fn allow(
    sends: &Sends,
    token: &Token,
    allowed: AllowedMethods,
    from: Starts,
) -> Result<RuleInForce, Error> {
    let call = SetAllowed { allowed, from };
    sends.clinic.call(token, call).await
}

/// At an hour of the next morning in Sydney.
fn tomorrow() -> (Starts, Timestamp) {
    let local = "2027-01-16T07:00".parse().unwrap();
    (
        Starts::At { local },
        "2027-01-15T20:00:00Z".parse().unwrap(),
    )
}

/// Signs in by the code that is sent.
async fn by_code(sends: &Sends, person: &Person<'_>, channel: Channel) -> Outcome {
    let due = person.code_due().await;
    let code = sends.code(channel).await;
    let call = SubmitCode {
        code: Secret::new(code),
        remember: false,
    };
    sends.clinic.call(&due.token, call).await.unwrap()
}

/// Until the date the old method signs in, with the time left; from it, set-up is due behind its
/// code: the code alone opens nothing, and the set-up token reaches nothing else (attacks 32, 41).
#[tokio::test]
async fn a_narrowed_method_leads_to_the_set_up_of_another() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Sms).await;
    let (from, bites) = tomorrow();
    allow(&sends, &sends.clinic.founder, NO_SMS, from)
        .await
        .unwrap();

    let Outcome::In(admitted) = by_code(&sends, &sam, Channel::Sms).await else {
        panic!("not let in before the date");
    };
    let offer = admitted.offer.unwrap();
    assert_eq!((offer.until, offer.narrowed), (Some(bites), true));
    // What ends tomorrow is not begun today.
    let hindrances = sends.hindrances(&admitted.token).await;
    assert_eq!(hindrances[2], Some(Hindrance::NotAllowed));

    // The date is passed while the session is open: it reaches set-up and sign-out alone.
    sends.clinic.clock.set(bites);
    let Outcome::SetUp(due) = by_code(&sends, &sam, Channel::Sms).await else {
        panic!("the old method's code let in after the date");
    };
    assert!(due.narrowed);
    let own = sends.clinic.call(&due.token, MyMethods {}).await;
    assert_eq!(own.err(), Some(Error::NotSignedIn));
    let phone = sends.clinic.enrol(&due.token).await;

    // From here on the new one is asked for, and the old one is no way round it (attack 21).
    sends.clinic.clock.advance(60);
    let due = sam.code_due().await;
    assert_eq!(due.challenge.method, MethodKind::Authenticator);
    assert!(due.challenge.ways.is_empty());
    let call = TryAnother {
        method: MethodKind::Sms,
    };
    let why = NotAllowed::NoSuchMethod;
    let refused = sends.clinic.call(&due.token, call).await;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
    sends.submit(&due, &phone.code()).await.unwrap();
}

/// Guarantee G7: an open session is bound from its next request on.
#[tokio::test]
async fn a_narrowing_acts_on_open_sessions() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Sms).await;
    let Outcome::In(open) = by_code(&sends, &sam, Channel::Sms).await else {
        panic!("not let in");
    };
    sends.clinic.admits(&open.token).await.unwrap();
    allow(&sends, &sends.clinic.founder, NO_SMS, Starts::Now)
        .await
        .unwrap();
    let due = sends.clinic.admits(&open.token).await;
    assert_eq!(due, Err(Error::SetUpDue));
    // Widened again: at once, without a date.
    allow(
        &sends,
        &sends.clinic.founder,
        AllowedMethods::default(),
        tomorrow().0,
    )
    .await
    .unwrap();
    sends.clinic.admits(&open.token).await.unwrap();
}

/// With two methods, one of them still allowed, nothing is due; the other is not asked for.
#[tokio::test]
async fn whoever_has_an_allowed_method_is_not_stopped() {
    let sends = Sends::new().await;
    let kim = sends.hire("kim@hills.example", Channel::Sms, NUMBER).await;
    let Outcome::In(open) = by_code(&sends, &kim, Channel::Sms).await else {
        panic!("not let in");
    };
    sends
        .enrol(&open.token, Channel::Email, "kim@hills.example")
        .await;
    let due = kim.code_due().await;
    assert_eq!(due.challenge.method, MethodKind::Sms);
    assert_eq!(due.challenge.ways, [MethodKind::Email]);
    allow(&sends, &sends.clinic.founder, NO_SMS, Starts::Now)
        .await
        .unwrap();
    // Begun by the one that is not allowed any more, it cannot be finished by it.
    let code = sends.code(Channel::Sms).await;
    let refused = sends.submit(&due, &code).await;
    assert!(refused.is_err(), "{refused:?}");
    let Outcome::In(_) = by_code(&sends, &kim, Channel::Email).await else {
        panic!("not let in by the method that is allowed");
    };
}

/// Becoming full access narrows at once, where the practice has not said otherwise.
#[tokio::test]
async fn full_access_is_narrowed_unless_the_practice_allows_it() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Email).await;
    let id = sam.id().await;
    let promote = format!("UPDATE memberships SET role = 'full_access' WHERE user_id = '{id}'");
    sends.clinic.sql(&promote).await;
    let Outcome::SetUp(_) = by_code(&sends, &sam, Channel::Email).await else {
        panic!("let in by a method that is not for full access");
    };
    let open = AllowedMethods {
        for_full_access: true,
        ..AllowedMethods::default()
    };
    allow(&sends, &sends.clinic.founder, open, Starts::Now)
        .await
        .unwrap();
    let Outcome::In(admitted) = by_code(&sends, &sam, Channel::Email).await else {
        panic!("not let in");
    };
    assert_eq!(admitted.me.role, Role::FullAccess);
}

/// Nobody takes the method away that they come in by themself, and a date must make sense; a
/// narrowing that bites is not put off (attack 54).
#[tokio::test]
async fn a_narrowing_is_refused_where_it_makes_no_sense() {
    let sends = Sends::new().await;
    let open = AllowedMethods {
        for_full_access: true,
        ..AllowedMethods::default()
    };
    let alex = &sends.clinic.founder;
    allow(&sends, alex, open, Starts::Now).await.unwrap();
    let kim = sends.hire("kim@hills.example", Channel::Sms, NUMBER).await;
    let id = kim.id().await;
    let promote = format!("UPDATE memberships SET role = 'full_access' WHERE user_id = '{id}'");
    sends.clinic.sql(&promote).await;
    let Outcome::In(kim) = by_code(&sends, &kim, Channel::Sms).await else {
        panic!("not let in");
    };
    let why = NotAllowed::OwnMethod;
    let own = allow(&sends, &kim.token, NO_SMS, tomorrow().0).await;
    assert_eq!(own.err(), Some(Error::NotAllowed { why }));

    let local = "2027-01-15T07:00".parse().unwrap();
    let past = allow(&sends, alex, NO_SMS, Starts::At { local }).await;
    assert_eq!(past.err(), Some(Field::When.cannot_be(StartFault::Past)));
    allow(&sends, alex, NO_SMS, Starts::Now).await.unwrap();
    let why = NotAllowed::StartReached;
    let later = allow(&sends, alex, NO_SMS, tomorrow().0).await;
    assert_eq!(later.err(), Some(Error::NotAllowed { why }));
}

/// Guarantee G1: the tries of whoever is taken from a code to the set-up are forgotten only when
/// the sign-in is completed.
#[tokio::test]
async fn a_code_that_leads_to_set_up_forgets_no_tries() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Sms).await;
    allow(&sends, &sends.clinic.founder, NO_SMS, Starts::Now)
        .await
        .unwrap();
    let due = sam.code_due().await;
    let code = sends.code(Channel::Sms).await;
    let wrong = crate::sends::another_code(&code);
    sends.submit(&due, &wrong).await.unwrap_err();
    let before = sends.clinic.code_failures().await;
    let call = SubmitCode {
        code: Secret::new(code),
        remember: false,
    };
    let outcome = sends.clinic.call(&due.token, call).await.unwrap();
    assert!(matches!(outcome, Outcome::SetUp(_)), "{outcome:?}");
    // Those before it stand, and a right code is no failure.
    assert_eq!(sends.clinic.code_failures().await, before);
}

/// Attack 55: of several methods the only one that is allowed cannot be removed.
#[tokio::test]
async fn the_only_allowed_method_is_not_removed() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Sms).await;
    let Outcome::In(open) = by_code(&sends, &sam, Channel::Sms).await else {
        panic!("not let in");
    };
    sends.clinic.enrol(&open.token).await;
    allow(&sends, &sends.clinic.founder, NO_SMS, Starts::Now)
        .await
        .unwrap();
    let remove = async |kind| {
        let call = RemoveMethod { kind };
        sends.clinic.call(&open.token, call).await.err()
    };
    let why = NotAllowed::OnlyMethod;
    let refused = remove(MethodKind::Authenticator).await;
    assert_eq!(refused, Some(Error::NotAllowed { why }));
    assert_eq!(remove(MethodKind::Sms).await, None);
}

/// A session of the desk has no step-up, so it could never reach the set-up: it is not opened.
#[tokio::test]
async fn nobody_is_let_in_at_the_desk_who_has_to_set_up() {
    let sends = Sends::new().await;
    let sam = sends.sam(Channel::Sms).await;
    allow(&sends, &sends.clinic.founder, NO_SMS, Starts::Now)
        .await
        .unwrap();
    let due = sam.code_due().await;
    sends.clinic.clock.advance(60);
    let call = LetIn {
        email: MANAGER.into(),
        password: Secret::new(PASSWORD),
        code: Secret::new(sends.alex.code()),
        reason: "her phone is at home".into(),
    };
    let refused = sends.clinic.call(&due.token, call).await;
    let why = NotAllowed::DeskSetUpDue;
    assert_eq!(refused.err(), Some(Error::NotAllowed { why }));
    // The sign-in still waits for its own code.
    let code = sends.code(Channel::Sms).await;
    let call = SubmitCode {
        code: Secret::new(code),
        remember: false,
    };
    let outcome = sends.clinic.call(&due.token, call).await.unwrap();
    assert!(matches!(outcome, Outcome::SetUp(_)), "{outcome:?}");
}
