//! The dry run: who would be stopped, by name and status, before anything is saved; and what is
//! then done for several at once.

use vestibule::api::{
    Deactivate, DryRun, Error, Field, Line, Planned, SetDates, TurnOnFor, TurnedOnFor, WouldStop,
};
use vestibule::domain::{
    AllowedMethods, Channel, NotAllowed, NotSent, Role, Standing, Starts, Status, UserId,
};

use crate::post::Answer;
use crate::sends::{NUMBER, Sends};
use crate::staff::Desk;

async fn dry(desk: &Desk, of: Planned) -> WouldStop {
    let call = DryRun { of, after: None };
    desk.clinic.call(&desk.manager, call).await.unwrap()
}

fn names(result: &WouldStop) -> Vec<(&str, Status)> {
    let people = result.people.iter();
    people
        .map(|person| (person.email.as_str(), person.status))
        .collect()
}

#[tokio::test]
async fn mandatory_would_stop_whoever_is_not_enabled() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    desk.colleague("bo@hills.example", Role::FullAccess).await;
    desk.invite("new@hills.example", Role::Practitioner)
        .await
        .unwrap();
    desk.clinic.enrol(&kim.token).await;
    crate::requirements::turn_on(&desk, &desk.manager, &sam.id).await;

    let result = dry(&desk, Planned::Mandatory).await;
    assert_eq!((result.stopped, result.of, result.unreached), (3, 5, 0));
    let mut told = names(&result);
    told.sort_unstable_by_key(|(email, _)| email.to_owned());
    assert_eq!(
        told,
        [
            ("bo@hills.example", Status::NotSetup),
            ("new@hills.example", Status::NotSetup),
            ("sam@hills.example", Status::Activated),
        ]
    );
    let invited = result.people.iter().filter(|person| person.invited);
    assert_eq!(invited.count(), 1);
    // Nothing was changed by asking.
    assert_eq!(desk.clinic.number("SELECT COUNT(*) FROM rules").await, 1);

    let of = Planned::TurnOn {
        users: vec![kim.id.clone(), sam.id.clone()],
    };
    let result = dry(&desk, of).await;
    assert_eq!(names(&result), [("sam@hills.example", Status::Activated)]);
    // Of those who are asked about, and not of the practice.
    assert_eq!((result.stopped, result.of), (1, 2));
}

#[tokio::test]
async fn a_narrowing_would_stop_whoever_has_no_other_method() {
    let sends = Sends::new().await;
    sends.hire("kim@hills.example", Channel::Sms, NUMBER).await;
    sends
        .hire("sam@hills.example", Channel::Email, "sam@hills.example")
        .await;
    let ask = async |allowed: AllowedMethods| {
        let of = Planned::Allowed { allowed };
        let call = DryRun { of, after: None };
        let result = sends
            .clinic
            .call(&sends.clinic.founder, call)
            .await
            .unwrap();
        let people = result.people.into_iter();
        people.map(|person| person.email).collect::<Vec<_>>()
    };
    let all = AllowedMethods::default();
    assert_eq!(ask(all).await, [""; 0]);
    let no_sms = AllowedMethods { sms: false, ..all };
    assert_eq!(ask(no_sms).await, ["kim@hills.example"]);
    let neither = AllowedMethods {
        email: false,
        ..no_sms
    };
    let both = ask(neither).await;
    assert_eq!(both.len(), 2, "{both:?}");
}

/// Whose last message failed is told, with the reason and the time.
#[tokio::test]
async fn it_tells_whose_last_message_failed() {
    let sends = Sends::new().await;
    let kim = sends.clinic.hire("kim@hills.example").await;
    let token = kim.session().await;
    sends.mailbox.answer(Answer::NoSuchPerson);
    sends
        .start(&token, Channel::Email, "kim@hills.example")
        .await
        .unwrap();
    sends.deliver().await;
    let call = DryRun {
        of: Planned::Mandatory,
        after: None,
    };
    let result = sends
        .clinic
        .call(&sends.clinic.founder, call)
        .await
        .unwrap();
    assert_eq!((result.stopped, result.unreached), (1, 1));
    let (line, at) = result.people[0].message.clone().unwrap();
    assert_eq!(at, sends.clinic.now());
    let why = NotSent::Refused;
    assert_eq!(line, Line::Failed { why });
}

/// More than a page: each is named once, in the order of names.
#[tokio::test]
async fn many_are_told_page_by_page() {
    let desk = Desk::new().await;
    let mut expected = Vec::new();
    for n in 0..WouldStop::SIZE + 7 {
        let email = format!("p{n:02}@hills.example");
        desk.invite(&email, Role::Reception).await.unwrap();
        expected.push(email);
    }
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let call = DryRun {
            of: Planned::Mandatory,
            after,
        };
        let page = desk.clinic.call(&desk.manager, call).await.unwrap();
        assert_eq!(page.stopped, expected.len() as u64);
        told.extend(page.people.into_iter().map(|person| person.email));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    told.sort();
    assert_eq!(told, expected);
}

/// Who is not there is told apart, by name and dates, and stops nobody's count: who begins soonest,
/// then who left last, and no more than some.
#[tokio::test]
async fn who_is_away_is_told_apart() {
    let desk = Desk::new().await;
    let deactivate = async |email: &str| {
        let colleague = desk.colleague(email, Role::Reception).await;
        let call = Deactivate {
            user: colleague.id.clone(),
            reason: "has left".into(),
        };
        desk.clinic.call(&desk.manager, call).await.unwrap();
        desk.clinic.clock.advance(1);
        colleague.id
    };
    let begins = async |email: &str, first_day: &str| {
        let colleague = desk.colleague(email, Role::Reception).await;
        let call = SetDates {
            user: colleague.id.clone(),
            first_day: first_day.into(),
            last_day: String::new(),
        };
        desk.clinic.call(&desk.manager, call).await.unwrap();
        colleague.id
    };
    desk.colleague("here@hills.example", Role::Reception).await;
    let first = deactivate("first@hills.example").await;
    let second = deactivate("second@hills.example").await;
    let later = begins("later@hills.example", "5/2/2027").await;
    let soon = begins("soon@hills.example", "1/2/2027").await;
    // Who has set it up is stopped nowhere.
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    desk.clinic.enrol(&kim.token).await;
    let call = Deactivate {
        user: kim.id.clone(),
        reason: "has left".into(),
    };
    desk.clinic.call(&desk.manager, call).await.unwrap();

    let result = dry(&desk, Planned::Mandatory).await;
    assert_eq!((result.stopped, result.of, result.all_away), (1, 2, 4));
    let told: Vec<_> = result.away.iter().map(|one| one.user.clone()).collect();
    assert_eq!(told, [soon, later, second, first]);
    let now = desk.clinic.now();
    assert_eq!(result.away[0].term.at(now), Standing::NotYet);
    assert_eq!(result.away[3].term.at(now), Standing::Left);
    for number in 0..4 {
        deactivate(&format!("more{number}@hills.example")).await;
    }
    let result = dry(&desk, Planned::Mandatory).await;
    assert_eq!((result.away.len(), result.all_away), (5, 8));
    assert_eq!(result.people.len(), 1);
}

/// Turned on for several from a time; who cannot be is named, and the others do not wait for it.
/// Asked again for a later time, nobody's start moves (attack 54); for an earlier one it does.
#[tokio::test]
async fn two_factor_is_turned_on_for_several() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    let sam = desk
        .colleague("sam@hills.example", Role::Practitioner)
        .await;
    let nobody: UserId = "0197f000-0000-7000-8000-000000000000".parse().unwrap();
    let ask = async |local: &str| {
        let call = TurnOnFor {
            users: vec![
                kim.id.clone(),
                desk.manager_id.clone(),
                sam.id.clone(),
                nobody.clone(),
            ],
            from: Starts::At {
                local: local.parse().unwrap(),
            },
        };
        desk.clinic.call(&desk.manager, call).await.unwrap()
    };
    let why = NotAllowed::OnOneself;
    let expected = TurnedOnFor {
        on: 2,
        refused: vec![
            (desk.manager_id.clone(), Error::NotAllowed { why }),
            (nobody.clone(), Error::NotFound),
        ],
    };
    let due = async || desk.view(&kim.id).await.facts.due_from.unwrap().to_string();
    assert_eq!(ask("2027-01-20T00:00").await, expected);
    assert_eq!(due().await, "2027-01-19T13:00:00Z");
    assert_eq!(ask("2027-01-25T00:00").await, expected);
    assert_eq!(due().await, "2027-01-19T13:00:00Z");
    assert_eq!(ask("2027-01-16T00:00").await, expected);
    assert_eq!(due().await, "2027-01-15T13:00:00Z");
    for colleague in [&kim, &sam] {
        assert_eq!(desk.status(colleague).await, Status::Activated);
        assert_eq!(desk.logged("turned_on", &colleague.id).await, 2);
        assert_eq!(desk.notices(&colleague.id).await.len(), 2);
    }
}

#[tokio::test]
async fn too_many_at_once_are_refused_whole() {
    let desk = Desk::new().await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    let users = vec![kim.id.clone(); Planned::MOST + 1];
    let call = TurnOnFor {
        users: users.clone(),
        from: Starts::Now,
    };
    let field = Field::People;
    let fault = vestibule::api::Fault::OutOfBounds;
    let refused = desk.clinic.call(&desk.manager, call).await;
    assert_eq!(refused.err(), Some(Error::Invalid { field, fault }));
    let call = DryRun {
        of: Planned::TurnOn { users },
        after: None,
    };
    let refused = desk.clinic.call(&desk.manager, call).await;
    assert_eq!(refused.err(), Some(Error::Invalid { field, fault }));
    assert_eq!(desk.status(&kim).await, Status::NotSetup);
}
