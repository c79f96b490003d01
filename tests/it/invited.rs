//! Invitations that go to the person's own address, beside being handed over.

use vestibule::api::{
    AddPerson, AddPractice, ClearDelivery, Error, Fault, Field, ImportPeople, Imported, Invitation,
    InviteAgain, Line, Outcome, Redeem, Secret, SetMail, Token,
};
use vestibule::domain::{Channel, LETTER_BUDGET, Role, UserId};

use crate::clinic::PASSWORD;
use crate::post::Answer;
use crate::sends::{SAM, Sends};

const KIM: &str = "kim@hills.example";

async fn add(stage: &Sends, email: &str, send: bool) -> Result<Invitation, Error> {
    let call = AddPerson {
        name: "Sam Roe".into(),
        email: email.into(),
        role: Role::Practitioner,
        send,
    };
    stage.clinic.call(&stage.clinic.founder, call).await
}

async fn again(stage: &Sends, user: &UserId) -> Result<Invitation, Error> {
    let user = user.clone();
    let call = InviteAgain { user, send: true };
    stage.clinic.call(&stage.clinic.founder, call).await
}

async fn redeem(stage: &Sends, code: &str) -> Result<Outcome, Error> {
    let call = Redeem {
        code: Secret::new(code),
        password: Secret::new(PASSWORD),
    };
    stage.clinic.backend.call(None, call).await
}

async fn id_of(stage: &Sends, email: &str) -> UserId {
    let id = format!("SELECT id FROM users WHERE email = '{email}'");
    stage.clinic.sql(&id).await[0][0].parse().unwrap()
}

#[tokio::test]
async fn an_invitation_by_email_lets_its_reader_in() {
    let stage = Sends::new().await;
    let made = add(&stage, SAM, true).await.unwrap();
    assert_eq!(made.letter, Some(Line::Queued));
    stage.deliver().await;
    let letter = stage.mailbox.next().await;
    assert_eq!(letter.to, SAM);
    assert_eq!(letter.subject(), "Your invitation to Hills Clinic");
    let code = made.code.expose();
    let golden = format!(
        "Alex Lee invites you to sign in at Hills Clinic. Your invitation code:\n\n{code}\n\n\
         Open Vestibule on a computer of the practice, choose “I have an invitation” and enter \
         the code. It is for one use and ends in 24 hours.\n\nNot expecting this? Ignore it."
    );
    assert_eq!(letter.text().trim_end(), golden);
    for link in ["http", "href", "src", "://", "www"] {
        assert!(!letter.source.contains(link), "{link}");
    }
    assert!(letter.page().contains(&format!(">{code}</strong>")));
    // Nothing of it is kept once it has gone out.
    let kept = "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL";
    assert_eq!(stage.clinic.number(kept).await, 0);
    let user = id_of(&stage, SAM).await;
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'invitation_sent'";
    assert_eq!(stage.clinic.number(told).await, 1);
    let Ok(Outcome::In(admitted)) = redeem(&stage, code).await else {
        panic!("not let in");
    };
    assert_eq!(admitted.me.user, user);
    // A letter to it proves nothing: it was handed over just as well.
    let proven = format!("SELECT COUNT(email_proven_at) FROM users WHERE id = '{user}'");
    assert_eq!(stage.clinic.number(&proven).await, 0);
}

#[tokio::test]
async fn nothing_is_sent_unless_it_is_asked_for() {
    let stage = Sends::new().await;
    let made = add(&stage, SAM, false).await.unwrap();
    assert_eq!(made.letter, None);
    // As a client of before says it.
    let before = r#"{"name":"Kim Roe","email":"kim@hills.example","role":"reception"}"#;
    let call: AddPerson = serde_json::from_str(before).unwrap();
    let founder = &stage.clinic.founder;
    let made = stage.clinic.call(founder, call).await.unwrap();
    assert_eq!(made.letter, None);
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
}

#[tokio::test]
async fn a_practice_without_mail_hands_over() {
    let stage = Sends::new().await;
    let founder = stage.clinic.founder.clone();
    let channel = Channel::Email;
    let clear = ClearDelivery { channel };
    stage.clinic.call(&founder, clear).await.unwrap();
    let made = add(&stage, SAM, true).await.unwrap();
    assert_eq!(made.letter, Some(Line::NotConfigured));
    assert!(redeem(&stage, made.code.expose()).await.is_ok());
    stage.set_mail(&founder).await.unwrap();
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
}

/// A letter that still waits says a code that a new one has made void.
#[tokio::test]
async fn the_letter_of_a_code_that_is_void_is_not_sent() {
    let stage = Sends::new().await;
    let first = add(&stage, SAM, true).await.unwrap();
    stage.mailbox.answer(Answer::Greylist);
    stage.deliver().await;
    let user = id_of(&stage, SAM).await;
    let second = again(&stage, &user).await.unwrap();
    stage.clinic.clock.advance(60);
    stage.deliver().await;
    let letter = stage.mailbox.next().await;
    assert!(letter.text().contains(second.code.expose()));
    assert!(stage.mailbox.now().is_none());
    assert!(redeem(&stage, first.code.expose()).await.is_err());
    assert!(redeem(&stage, second.code.expose()).await.is_ok());
}

/// Attack 61: a mailbox is not filled with invitations, and codes to it still go out.
#[tokio::test]
async fn a_mailbox_gets_so_many_invitations_and_no_more() {
    let stage = Sends::new().await;
    add(&stage, SAM, true).await.unwrap();
    let user = id_of(&stage, SAM).await;
    let mut last = None;
    for _ in 0..12 {
        stage.deliver().await;
        last = Some(again(&stage, &user).await.unwrap());
    }
    stage.deliver().await;
    let mut letters = 0;
    while stage.mailbox.now().is_some() {
        letters += 1;
    }
    assert_eq!(letters, 10);
    let last = last.unwrap();
    assert!(
        matches!(last.letter, Some(Line::TooMany { .. })),
        "{last:?}"
    );
    // The code that was not sent works: it is there to be handed over.
    let Ok(Outcome::In(admitted)) = redeem(&stage, last.code.expose()).await else {
        panic!("not let in");
    };
    stage.enrol(&admitted.token, Channel::Email, SAM).await;
}

/// The budget of a practice holds invitations too, and takes none of its codes.
#[tokio::test]
async fn a_practice_sends_so_many_invitations_a_day() {
    let stage = Sends::new().await;
    let sam = stage.hire(SAM, Channel::Email, SAM).await;
    while stage.mailbox.now().is_some() {}
    let at = stage.clinic.now().as_millisecond();
    // Kim is a third.
    let budget = LETTER_BUDGET.at_least + LETTER_BUDGET.for_each * 3;
    for number in 0..budget {
        stage
            .clinic
            .sql(&format!(
                "INSERT INTO outbox (id, practice_id, user_id, kind, channel, destination, state,
                                     tried, next_at, made_at, changed_at, ends_at)
                 SELECT 'sent-{number}', practice_id, user_id, 'invitation', 'email', '{number:04}',
                        'handed_over', 1, {at}, {at}, {at}, {at}
                 FROM memberships ORDER BY id LIMIT 1"
            ))
            .await;
    }
    let made = add(&stage, KIM, true).await.unwrap();
    let until = stage.clinic.now() + jiff::SignedDuration::from_hours(24);
    assert_eq!(made.letter, Some(Line::TooMany { until }));
    let due = sam.code_due().await;
    let code = stage.code(Channel::Email).await;
    stage.submit(&due, &code).await.unwrap();
}

/// Whoever has an account is told what to do with it; whoever invites is answered the same.
#[tokio::test]
async fn somebody_with_an_account_elsewhere_is_told_in_the_letter_alone() {
    let stage = Sends::new().await;
    stage.clinic.hire(SAM).await;
    let call = AddPractice {
        practice: "Vale Clinic".into(),
        time_zone: "Australia/Perth".into(),
        name: "Jo Vale".into(),
        email: "jo@vale.example".into(),
    };
    let vale = stage.clinic.backend.service.operate(call).await.unwrap();
    let Ok(Outcome::In(jo)) = redeem(&stage, vale.invitation.code.expose()).await else {
        panic!("not let in");
    };
    set_mail_of(&stage, &jo.token).await;
    let ask = async |email: &str| {
        let call = AddPerson {
            name: "Sam Roe".into(),
            email: email.into(),
            role: Role::Reception,
            send: true,
        };
        stage.clinic.call(&jo.token, call).await.unwrap()
    };
    let (has, has_none) = (ask(SAM).await, ask(KIM).await);
    assert_eq!(has.letter, Some(Line::Queued));
    assert_eq!((has.letter, has.ends), (has_none.letter, has_none.ends));
    stage.deliver().await;
    for _ in 0..2 {
        let letter = stage.mailbox.next().await;
        assert_eq!(letter.subject(), "Your invitation to Vale Clinic");
        let (has_account, code) = match letter.to.as_str() {
            SAM => (true, &has.code),
            _ => (false, &has_none.code),
        };
        let text = letter.text();
        assert!(text.contains(code.expose()));
        assert_eq!(text.contains("You have an account already"), has_account);
        assert_eq!(text.contains("I have an invitation"), !has_account);
    }
}

async fn set_mail_of(stage: &Sends, token: &Token) {
    let call = SetMail {
        server: stage.mailbox.server(),
        secret: Some(Secret::new("mail secret")),
    };
    stage.clinic.call(token, call).await.unwrap();
}

#[tokio::test]
async fn a_list_is_invited_by_email_each_with_the_own_code() {
    let stage = Sends::new().await;
    let emails = ["a@hills.example", "b@hills.example", "c@hills.example"];
    let people = emails.map(|email| Imported {
        name: "Pat Moe".into(),
        email: email.into(),
        role: Role::Reception,
    });
    let people = people.to_vec();
    let call = ImportPeople { people, send: true };
    let founder = &stage.clinic.founder;
    let made = stage.clinic.call(founder, call).await.unwrap();
    stage.deliver().await;
    for (email, made) in emails.iter().zip(made) {
        let made = made.unwrap();
        assert_eq!(made.letter, Some(Line::Queued));
        let found = stage.mailbox.next().await;
        let at = emails.iter().position(|it| *it == found.to);
        assert!(at.is_some(), "{}", found.to);
        if found.to == *email {
            assert!(found.text().contains(made.code.expose()));
        }
    }
    assert!(stage.mailbox.now().is_none());
    // Nobody of it gets another's, and a list that is refused sends nothing.
    let people = vec![Imported {
        name: String::new(),
        email: "d@hills.example".into(),
        role: Role::Reception,
    }];
    let call = ImportPeople { people, send: true };
    let refused = stage.clinic.call(founder, call).await.err();
    let empty = vestibule::domain::NameFault::Empty;
    assert_eq!(refused, Some(Field::Name.cannot_be(Fault::from(empty))));
    stage.deliver().await;
    assert!(stage.mailbox.now().is_none());
}
