//! The demo: a made-up practice with staff in every status, on data of its own.

use vestibule::api::{
    Counts, Outcome, People, PeoplePage, Secret, SignIn, Sort, SortBy, SubmitCode, Token,
};
use vestibule::backend::demo::{Demo, PASSWORD};
use vestibule::backend::{Backend, OpenFault, Opened};
use vestibule::domain::{Code, MethodKind};
use vestibule::keychain::Home;

use crate::clinic::service_of;

async fn open(demo: &Demo) -> Backend {
    match demo.open().await.unwrap() {
        Opened::Ready(backend, Home::Keyring) => backend,
        other => panic!("not open: {other:?}"),
    }
}

/// The first step; the code that is due then is answered with this one.
async fn sign_in(backend: &Backend, name: &str) -> Outcome {
    let call = SignIn {
        email: format!("{name}@harbourphysio.example"),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    backend.call(None, call).await.unwrap()
}

async fn submit(backend: &Backend, due: &Outcome, code: &str) -> Token {
    let Outcome::Code(due) = due else {
        panic!("no code was asked for: {due:?}");
    };
    let code = Secret::new(code);
    let answer = backend
        .call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await;
    match answer.unwrap() {
        Outcome::In(admitted) => admitted.token,
        other => panic!("not let in: {other:?}"),
    }
}

async fn people(backend: &Backend, token: &Token) -> PeoplePage {
    let sort = Sort {
        by: SortBy::Name,
        descending: false,
    };
    let call = People {
        search: String::new(),
        status: None,
        away: false,
        sort,
        after: None,
        count: true,
    };
    backend.call(Some(token), call).await.unwrap()
}

#[tokio::test]
async fn the_demo_has_staff_in_every_status_and_every_method_opens() {
    let demo = Demo::new().unwrap();
    assert!(demo.phones().is_empty());
    let backend = open(&demo).await;

    let phone = &demo.phones()[0];
    assert_eq!(phone.owner(), "Amira Lee");
    let due = sign_in(&backend, "amira").await;
    let token = submit(&backend, &due, &phone.code(demo.now())).await;
    let page = people(&backend, &token).await;
    let counts = Counts {
        enabled: 15,
        pending: 2,
        activated: 4,
        not_setup: 3,
    };
    assert_eq!(page.counted.unwrap().statuses, Some(counts));
    for method in [
        MethodKind::Authenticator,
        MethodKind::Email,
        MethodKind::Sms,
    ] {
        assert!(page.people.iter().any(|who| who.method == Some(method)));
    }
    assert!(page.people.iter().all(|who| !who.invited));
    assert!(page.people.iter().all(|who| who.last_sign_in.is_some()));

    // What is sent arrives beside the window.
    for name in ["ben", "grace"] {
        let mut inbox = demo.inbox();
        let before = inbox.borrow_and_update().len();
        let due = sign_in(&backend, name).await;
        let arrived = inbox.wait_for(|sent| sent.len() > before).await.unwrap();
        let newest = arrived[before..].iter();
        let code = newest.filter_map(|it| Code::find(&it.text).ok()).next();
        drop(arrived);
        let code = code.unwrap();
        submit(&backend, &due, code.expose()).await;
    }

    // Nobody is on the list who is not of the practice, and no session goes on.
    let kept = demo.kept().bound_to(backend.identity().await.unwrap());
    let listed = kept.people().await.unwrap();
    assert_eq!(listed.len(), 5);
    assert_eq!(listed[0].name, "Amira Lee");
    for known in &listed {
        assert!(kept.session(&known.user).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn the_demo_is_on_data_of_its_own_that_goes_with_it() {
    let (demo, another) = (Demo::new().unwrap(), Demo::new().unwrap());
    let folder = demo.place().database.parent().unwrap().to_owned();
    assert!(folder.starts_with(std::env::temp_dir()));
    assert_ne!(demo.place().database, another.place().database);
    let backend = open(&demo).await;
    assert!(demo.place().database.exists());
    assert!(!another.place().database.exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "others can read it");
    }
    service_of(backend).close().await;
    drop(demo);
    assert!(!folder.exists());
}

/// **Try again** of a demo that could not be made: what is left of it is in nobody's way.
#[tokio::test]
async fn a_demo_that_was_not_made_is_made_by_the_next_try() {
    let demo = Demo::new().unwrap();
    service_of(open(&demo).await).close().await;
    // There is a practice already.
    assert_eq!(demo.open().await.err(), Some(OpenFault::Other));
    open(&demo).await;
}
