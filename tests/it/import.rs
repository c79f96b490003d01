//! Many people at once, out of a list.

use vestibule::api::{CheckImport, Error, Fault, Field, ImportPeople, Imported, Invitation, Token};
use vestibule::domain::{EmailFault, Role};

use crate::clinic::PASSWORD;
use crate::staff::Desk;

const SAM: &str = "sam@hills.example";

fn person(email: &str, role: Role) -> Imported {
    Imported {
        name: "Pat Moe".into(),
        email: email.into(),
        role,
    }
}

pub(crate) async fn import(
    desk: &Desk,
    token: &Token,
    people: Vec<Imported>,
) -> Result<Vec<Option<Invitation>>, Error> {
    let send = false;
    let call = ImportPeople { people, send };
    desk.clinic.call(token, call).await
}

/// Everybody of the list has an invitation, and whoever has an account is left as they are.
#[tokio::test]
async fn a_list_adds_who_is_new_and_touches_nobody_else() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let strange = crate::roles::stranger(&desk).await;
    let of = format!(
        "SELECT * FROM users LEFT JOIN memberships ON memberships.user_id = users.id
         WHERE users.id IN ('{}', '{strange}') ORDER BY users.id",
        sam.id
    );
    let before = desk.clinic.sql(&of).await;
    let emails = ["new@hills.example", " SAM@hills.example", "jo@vale.example"];
    let call = CheckImport {
        emails: emails.map(str::to_owned).to_vec(),
    };
    let taken = desk.clinic.call(&desk.manager, call).await.unwrap();
    assert_eq!(taken, [false, true, false]);
    let people = emails.map(|email| person(email, Role::Reception)).to_vec();
    let made = import(&desk, &desk.manager, people).await.unwrap();
    let had: Vec<bool> = made.iter().map(Option::is_some).collect();
    assert_eq!(had, [true, false, true]);
    assert_eq!(desk.clinic.sql(&of).await, before);

    let new = desk.page("new@").await.people.remove(0);
    assert!(new.invited && new.role == Role::Reception);
    assert_eq!(desk.logged("person_added", &new.user).await, 1);
    let code = &made[0].as_ref().unwrap().code;
    desk.redeem(code, PASSWORD).await.unwrap();
    desk.clinic.admits(&sam.token).await.unwrap();
}

/// All of a part or none; nobody gets full access by a list, whoever sends it.
#[tokio::test]
async fn a_list_grants_nobody_full_access_and_is_taken_whole() {
    let desk = Desk::new().await;
    let people = "SELECT COUNT(*) FROM users";
    let before = desk.clinic.number(people).await;
    let first = person("a@hills.example", Role::Reception);
    for (second, fault) in [
        (
            person("b@hills.example", Role::FullAccess),
            Error::Forbidden,
        ),
        (
            person("not one", Role::Reception),
            Field::Email.cannot_be(EmailFault::Malformed),
        ),
    ] {
        let answer = import(&desk, &desk.manager, vec![first.clone(), second]).await;
        assert_eq!(answer.err(), Some(fault));
    }
    let many = (0..51).map(|n| person(&format!("p{n}@hills.example"), Role::Reception));
    let answer = import(&desk, &desk.manager, many.collect()).await;
    assert_eq!(
        answer.err(),
        Some(Field::Email.cannot_be(Fault::OutOfBounds))
    );
    assert_eq!(desk.clinic.number(people).await, before);
    // The same address twice in one part is one person.
    let twice = import(&desk, &desk.manager, vec![first.clone(), first])
        .await
        .unwrap();
    assert!(twice[0].is_some() && twice[1].is_none());
    assert_eq!(desk.clinic.number(people).await, before + 1);
}

#[tokio::test]
async fn a_list_needs_full_access_and_a_step_up() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let people = vec![person("a@hills.example", Role::Reception)];
    let answer = import(&desk, &sam.token, people.clone()).await;
    assert_eq!(answer.err(), Some(Error::Forbidden));
    let call = CheckImport { emails: vec![] };
    let answer = desk.clinic.call(&sam.token, call).await;
    assert_eq!(answer.err(), Some(Error::Forbidden));
    desk.clinic.clock.advance(5 * 60);
    let answer = import(&desk, &desk.manager, people).await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
}
