//! The code that a colleague makes on another computer and reads out.

use vestibule::api::{
    Ack, AskAtDesk, AtDesk, DeskScreen, Field, MakeDeskCode, Reset, SetRole, SubmitDeskCode,
};

use super::*;

const FRONT: &str = "FRONT-DESK";

/// The sign-in asks for a code, on a computer with this name.
async fn ask(desk: &Desk, due: &CodeDue, computer: &str) -> Result<Ack, Error> {
    let computer = computer.to_owned();
    desk.clinic.call(&due.token, AskAtDesk { computer }).await
}

async fn screens_or(desk: &Desk, of: &Colleague) -> Result<Vec<DeskScreen>, Error> {
    let user = of.id.clone();
    desk.clinic.call(&desk.manager, AtDesk { user }).await
}

async fn screens(desk: &Desk, of: &Colleague) -> Vec<DeskScreen> {
    screens_or(desk, of).await.unwrap()
}

async fn make_by(desk: &Desk, by: &Token, of: &Colleague, screen: &str) -> Result<Secret, Error> {
    let call = MakeDeskCode {
        user: of.id.clone(),
        screen: screen.to_owned(),
        reason: REASON.into(),
    };
    let made = desk.clinic.call(by, call).await?;
    assert_eq!(made.ends, desk.clinic.now() + seconds(600));
    Ok(made.code)
}

async fn make(desk: &Desk, of: &Colleague, screen: &DeskScreen) -> Secret {
    make_by(desk, &desk.manager, of, &screen.screen)
        .await
        .unwrap()
}

async fn submit(desk: &Desk, due: &CodeDue, code: &str) -> Result<Token, Error> {
    let code = Secret::new(code);
    match desk
        .clinic
        .call(&due.token, SubmitDeskCode { code })
        .await?
    {
        Outcome::In(admitted) => Ok(admitted.token),
        other => panic!("not let in: {other:?}"),
    }
}

const fn seconds(seconds: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(seconds)
}

/// Eight other digits.
fn another(code: &Secret) -> String {
    let number: u32 = code.expose().parse().unwrap();
    format!("{:08}", (number + 1) % 100_000_000)
}

/// Kim at the code screen without her phone, for which a code was made.
async fn with_code() -> (Desk, Colleague, CodeDue, Secret) {
    let desk = Desk::new().await;
    let (kim, _, due) = without_phone(&desk).await;
    ask(&desk, &due, FRONT).await.unwrap();
    let waiting = screens(&desk, &kim).await;
    let code = make(&desk, &kim, &waiting[0]).await;
    (desk, kim, due, code)
}

#[tokio::test]
async fn eight_digits_let_in_where_they_were_asked_for() {
    let desk = Desk::new().await;
    let (kim, phone, due) = without_phone(&desk).await;
    // A sign-in that did not ask is not told of.
    assert_eq!(screens(&desk, &kim).await, []);
    ask(&desk, &due, FRONT).await.unwrap();
    let other = desk.at_the_door(&kim).code_due().await;
    desk.clinic.clock.advance(1);
    ask(&desk, &other, "Room 2").await.unwrap();
    let waiting = screens(&desk, &kim).await;
    let names: Vec<_> = waiting.iter().map(|it| it.computer.as_str()).collect();
    assert_eq!(names, ["Room 2", FRONT]);
    let code = make(&desk, &kim, &waiting[1]).await;
    assert_eq!(code.expose().len(), 8);

    // It is for that one alone.
    let elsewhere = submit(&desk, &other, code.expose()).await;
    assert_eq!(elsewhere.err(), Some(Error::CodeWrong { tries_left: 4 }));
    let typed = format!("{} {}", &code.expose()[..4], &code.expose()[4..]);
    let token = submit(&desk, &due, &typed).await.unwrap();
    desk.clinic.admits(&token).await.unwrap();
    let again = submit(&desk, &due, code.expose()).await;
    assert_eq!(again.err(), Some(Error::ChallengeEnded));

    // As any session of the desk: no step-up, and the day is its end.
    let call = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new(phone.code())),
        by: None,
    };
    let refused = desk.clinic.call(&token, call).await;
    assert_eq!(refused.err(), not(NotAllowed::DeskSession));
    for kind in ["desk_code_made", "let_in_at_desk"] {
        assert_eq!(desk.logged(kind, &kim.id).await, 1, "{kind}");
    }
    let told = desk.notices(&kim.id).await;
    assert_eq!(told.last().unwrap(), &("let_in".into(), "Alex Lee".into()));
    desk.clinic
        .clock
        .set("2027-01-15T13:00:00Z".parse().unwrap());
    let ended = desk.clinic.admits(&token).await;
    assert_eq!(ended, Err(Error::NotSignedIn));
}

/// Ten minutes, and a code that was made or asked for anew takes its place.
#[tokio::test]
async fn it_is_good_for_ten_minutes_and_until_the_next() {
    let (desk, kim, due, first) = with_code().await;
    let waiting = screens(&desk, &kim).await;
    let second = make(&desk, &kim, &waiting[0]).await;
    let void = submit(&desk, &due, first.expose()).await;
    assert_eq!(void.err(), Some(Error::CodeWrong { tries_left: 4 }));
    // Whoever opens the screen for it once more has lost nothing.
    ask(&desk, &due, "Room 2").await.unwrap();
    submit(&desk, &due, second.expose()).await.unwrap();
    // The screen that was picked does not wait any more.
    let gone = make_by(&desk, &desk.manager, &kim, &waiting[0].screen).await;
    assert_eq!(gone.err(), Some(Error::Stale));
    assert_eq!(ask(&desk, &due, FRONT).await, Err(Error::ChallengeEnded));

    let (desk, _, due, code) = with_code().await;
    desk.clinic.clock.advance(599);
    submit(&desk, &due, code.expose()).await.unwrap();

    let (desk, kim, due, code) = with_code().await;
    desk.clinic.clock.advance(600);
    let ended = submit(&desk, &due, code.expose()).await;
    assert_eq!(ended.err(), Some(Error::CodeEnded { tries_left: 4 }));
    let told = format!(
        "SELECT COUNT(*) FROM events WHERE kind = 'code_ended' AND subject = '{}'",
        kim.id
    );
    assert_eq!(desk.clinic.number(&told).await, 1);
}

/// A sign-in waits for it for twenty minutes from its beginning, and a code ends with it.
#[tokio::test]
async fn it_ends_with_the_sign_in_at_the_latest() {
    let mut desk = Desk::new().await;
    let (kim, _, due) = without_phone(&desk).await;
    let ends = desk.clinic.now() + seconds(20 * 60);
    ask(&desk, &due, FRONT).await.unwrap();
    desk.clinic.clock.advance(12 * 60);
    desk.freshen().await;
    let waiting = screens(&desk, &kim).await;
    let call = MakeDeskCode {
        user: kim.id.clone(),
        screen: waiting[0].screen.clone(),
        reason: REASON.into(),
    };
    let made = desk.clinic.call(&desk.manager, call).await.unwrap();
    assert_eq!(made.ends, ends);
    desk.clinic.clock.set(ends);
    assert_eq!(screens_or(&desk, &kim).await, Ok(Vec::new()));
    let over = submit(&desk, &due, made.code.expose()).await;
    assert_eq!(over.err(), Some(Error::ChallengeEnded));
}

/// G3: five tries of the sign-in, counted with all others of the account.
#[tokio::test]
async fn it_takes_the_five_tries_of_the_sign_in() {
    let (desk, kim, due, code) = with_code().await;
    let wrong = another(&code);
    for tries_left in [4, 3, 2, 1, 0] {
        let answer = submit(&desk, &due, &wrong).await;
        assert_eq!(answer.err(), Some(Error::CodeWrong { tries_left }));
    }
    let failures = format!("SELECT failures FROM tries WHERE subject = '{}'", kim.id);
    assert_eq!(desk.clinic.number(&failures).await, 5);
    desk.clinic.sql("DELETE FROM tries").await;
    let right = submit(&desk, &due, code.expose()).await;
    assert_eq!(right.err(), Some(Error::ChallengeEnded));
    // What cannot be one is not looked at.
    let due = desk.at_the_door(&kim).code_due().await;
    for nonsense in ["", "1234567", "123456789", "1234567x"] {
        let answer = submit(&desk, &due, nonsense).await.err();
        let of_the_code =
            matches!(&answer, Some(Error::Invalid { field, .. }) if *field == Field::Code);
        assert!(of_the_code, "{nonsense} {answer:?}");
    }
    assert_eq!(desk.clinic.number("SELECT COUNT(*) FROM tries").await, 0);
}

/// Attacks 24, 25 and 91: of many at once one is let in; after a reset or a stop nobody is.
#[tokio::test]
async fn it_opens_once_and_nothing_after_a_reset_or_a_stop() {
    let (desk, kim, due, code) = with_code().await;
    let tries = (0..4).map(|_| submit(&desk, &due, code.expose()));
    let answers = futures_util::future::join_all(tries).await;
    let inside = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(inside, 1, "{answers:?}");
    let sessions = format!(
        "SELECT COUNT(*) FROM sessions WHERE user_id = '{}' AND desk_by IS NOT NULL",
        kim.id
    );
    assert_eq!(desk.clinic.number(&sessions).await, 1);

    let (desk, kim, due, code) = with_code().await;
    let call = Reset {
        user: kim.id.clone(),
        reason: REASON.into(),
    };
    desk.clinic.call(&desk.manager, call).await.unwrap();
    let ended = submit(&desk, &due, code.expose()).await;
    assert_eq!(ended.err(), Some(Error::ChallengeEnded));

    let (desk, kim, due, code) = with_code().await;
    let stopped = format!(
        "INSERT INTO tries (subject, counter, failures, changed_at)
         VALUES ('{}', 'codes', 50, 0)",
        kim.id
    );
    desk.clinic.sql("DELETE FROM tries").await;
    desk.clinic.sql(&stopped).await;
    for code in [code.expose(), &another(&code)] {
        let answer = submit(&desk, &due, code).await;
        assert_eq!(answer.err(), Some(Error::Stopped));
    }
}

/// Attack 50: nobody makes one who may not let in, and whoever may no longer has let nobody in.
#[tokio::test]
async fn only_who_may_act_on_factors_makes_one_and_only_while_they_may() {
    let (desk, kim, due, code) = with_code().await;
    let waiting = screens(&desk, &kim).await;
    let screen = waiting[0].screen.as_str();
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let refused = make_by(&desk, &sam.token, &kim, screen).await;
    assert_eq!(refused.err(), Some(Error::Forbidden));
    // For one screen of one person.
    let refused = make_by(&desk, &desk.manager, &sam, screen).await;
    assert_eq!(refused.err(), Some(Error::Stale));
    let own = MakeDeskCode {
        user: desk.manager_id.clone(),
        screen: screen.to_owned(),
        reason: REASON.into(),
    };
    let refused = desk.clinic.call(&desk.manager, own).await;
    assert_eq!(refused.err(), not(NotAllowed::OnOneself));
    let unsaid = MakeDeskCode {
        user: kim.id.clone(),
        screen: screen.to_owned(),
        reason: " ".into(),
    };
    let refused = desk.clinic.call(&desk.manager, unsaid).await.err();
    assert!(
        matches!(refused, Some(Error::Invalid { .. })),
        "{refused:?}"
    );

    // The manager loses full access, by another's hand.
    let jo = desk.colleague("jo@hills.example", Role::FullAccess).await;
    desk.clinic.enrol(&jo.token).await;
    desk.clinic.clock.advance(60);
    let call = SetRole {
        user: desk.manager_id.clone(),
        role: Role::Reception,
    };
    desk.clinic.call(&jo.token, call).await.unwrap();
    let ended = submit(&desk, &due, code.expose()).await;
    assert_eq!(ended.err(), Some(Error::CodeEnded { tries_left: 4 }));
    let failures = format!(
        "SELECT COALESCE(SUM(failures), 0) FROM tries WHERE subject = '{}'",
        kim.id
    );
    assert_eq!(desk.clinic.number(&failures).await, 0);
}

/// A step-up stands before it, and three a day is the most, however they were let in.
#[tokio::test]
async fn it_needs_a_fresh_code_of_the_maker_and_counts_with_the_others() {
    let (desk, kim, due, code) = with_code().await;
    submit(&desk, &due, code.expose()).await.unwrap();
    for _ in 0..2 {
        let due = desk.at_the_door(&kim).code_due().await;
        let_in(&desk, &due).await.unwrap();
    }
    let mut desk = desk;
    desk.freshen().await;
    let due = desk.at_the_door(&kim).code_due().await;
    ask(&desk, &due, FRONT).await.unwrap();
    let waiting = screens(&desk, &kim).await;
    let code = make(&desk, &kim, &waiting[0]).await;
    let fourth = submit(&desk, &due, code.expose()).await;
    assert_eq!(fourth.err(), not(NotAllowed::DeskTooOften));

    desk.clinic.clock.advance(301);
    let stale = make_by(&desk, &desk.manager, &kim, &waiting[0].screen).await;
    assert_eq!(stale.err(), Some(Error::StepUpNeeded));
}

/// Nothing that opens anything lies in the clear.
#[tokio::test]
async fn no_code_lies_in_the_database() {
    let (desk, _, _, code) = with_code().await;
    let dump = desk.clinic.dump().await;
    assert!(dump.iter().any(|(_, value)| value.contains(FRONT)));
    assert!(!dump.iter().any(|(_, value)| value.contains(code.expose())));
}
