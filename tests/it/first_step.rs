//! The first step: what an address and a password tell, and what a crowd of them costs.

use vestibule::api::{Error, Fault, Field, Outcome, Secret, SignIn};
use vestibule::domain::{LONGEST_PASSWORD, PasswordFault, Timestamp};
use vestibule::service::HashCost;

use crate::clinic::{
    CHEAP, Clinic, MANAGER, PASSWORD, Person, as_written, over_postgres, seconds_to,
};

/// What a stranger can learn by one wrong password after the other: answers, counters, records.
async fn experience(clinic: &Clinic, person: &Person<'_>, password: &str) -> Vec<String> {
    let mut seen = Vec::new();
    // Whose account it was stands in the practice's own log alone.
    let record = "SELECT COUNT(*), (SELECT kind || COALESCE(actor, '') || practice_id
                      FROM events ORDER BY n DESC LIMIT 1)
                  FROM events";
    let start = clinic.sql(record).await[0][0].parse::<i64>().unwrap();
    let begun = clinic.now();
    for _ in 0..8 {
        let answer = person.try_password(password).await.map(|_| ());
        let (failures, next) = counted_last(clinic).await;
        let events = clinic.sql(record).await;
        let count = events[0][0].parse::<i64>().unwrap() - start;
        seen.push(format!(
            "{answer:?} {failures} {next} {count} {:?}",
            &events[0][1..]
        ));
        clinic.clock.advance(1);
    }
    clinic.clock.set(begun);
    seen
}

async fn counted_last(clinic: &Clinic) -> (String, String) {
    let order = as_written();
    let last = format!("SELECT failures, next_at FROM tries ORDER BY {order} DESC LIMIT 1");
    let rows = clinic.sql(&last).await;
    (rows[0][0].clone(), rows[0][1].clone())
}

/// Attack 1: answers, counters, waits and records are the same, so that the work is.
#[tokio::test]
async fn nobody_learns_whether_an_account_exists() {
    let clinic = Clinic::new().await;
    let nobody = Person {
        email: "nobody@hills.example".into(),
        ..clinic.manager()
    };
    let invited = clinic.hire("invited@hills.example").await;
    clinic
        .sql("UPDATE users SET password_hash = NULL WHERE email = 'invited@hills.example'")
        .await;
    let left = clinic.hire("left@hills.example").await;
    let closed = "UPDATE memberships SET until_at = 1 WHERE user_id =
                  (SELECT id FROM users WHERE email = 'left@hills.example')";
    clinic.sql(closed).await;
    let unknown = experience(&clinic, &nobody, PASSWORD).await;
    assert!(unknown[0].starts_with("Err(WrongCredentials) 1  1 "));
    assert!(unknown[5].starts_with("Err(Wait"), "{unknown:?}");
    for (person, password) in [
        (clinic.manager(), "kelp ladder 94 ochra"),
        (invited, PASSWORD),
        (left, PASSWORD),
    ] {
        let email = person.email.clone();
        assert_eq!(
            experience(&clinic, &person, password).await,
            unknown,
            "{email}"
        );
    }
}

/// Attack 2: refused before anything is counted, hashed or written.
#[tokio::test]
async fn a_password_of_ten_megabytes_is_refused_at_once() {
    let clinic = Clinic::new().await;
    let before = clinic.dump().await;
    let too_long = Err(Field::Password.cannot_be(PasswordFault::TooLong));
    for password in [
        "x".repeat(10 * 1024 * 1024),
        "x".repeat(LONGEST_PASSWORD + 1),
        // One code point that becomes eighteen.
        "\u{fdfa}".repeat(8),
    ] {
        let answer = clinic.manager().try_password(&password).await.map(|_| ());
        // What no form holds a server does not even read.
        assert!(
            answer == too_long || answer == Err(Error::TooLong) && password.len() > 16 * 1024,
            "{answer:?}"
        );
    }
    let huge = SignIn {
        email: format!("{}@hills.example", "x".repeat(10 * 1024 * 1024)),
        password: Secret::new(PASSWORD),
        computer: None,
        remembered: None,
    };
    let answer = clinic.backend.call(None, huge).await.map(|_| ());
    assert!(matches!(
        answer,
        Err(Error::TooLong
            | Error::Invalid {
                field: Field::Email,
                ..
            })
    ));
    assert_eq!(clinic.dump().await, before);
}

/// Attack 2: the queue for a hash is bounded, and those sent away lose no try.
#[tokio::test]
async fn a_crowd_is_sent_away_and_none_of_it_is_counted() {
    let clinic = Clinic::new().await;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let crowd = cores * 17 + 100;
    let mut set = tokio::task::JoinSet::new();
    for n in 0..crowd {
        // At one replica and past the network, so that they come faster than they are served.
        let service = clinic.backend.service.clone();
        let call = SignIn {
            email: format!("person{n}@hills.example"),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        set.spawn(async move { service.call(None, call).await.map(|_| ()) });
    }
    let answers = set.join_all().await;
    let busy = answers
        .iter()
        .filter(|answer| matches!(answer, Err(Error::Busy { .. })))
        .count();
    let looked_at = answers
        .iter()
        .filter(|answer| **answer == Err(Error::WrongCredentials))
        .count();
    assert!(busy >= 50, "{busy}");
    assert_eq!(busy + looked_at, crowd);
    let counted = clinic.number("SELECT SUM(failures) FROM tries").await;
    assert_eq!(usize::try_from(counted).unwrap(), looked_at);
    // The queue is empty again.
    clinic.manager().session().await;
}

/// Attack 3.
#[tokio::test]
async fn passwords_that_differ_anywhere_are_different() {
    let long = "Kelp ladder 94 ochre, and a heron stood in the shallows till the tide came";
    let seventy_three = format!("{}x", &long[..72]);
    for right in [long, &seventy_three, &long[..72]] {
        let clinic = Clinic::with_password(right).await;
        let manager = clinic.manager();
        let mut others: Vec<String> = (0..right.len())
            .map(|at| {
                let mut changed = right.as_bytes().to_vec();
                changed[at] ^= if changed[at].is_ascii_alphabetic() {
                    0x20
                } else {
                    0x01
                };
                String::from_utf8(changed).unwrap()
            })
            .collect();
        others.push(right[..right.len() - 1].to_owned());
        for more in ["y", " ", "\0", "\0x", "\n"] {
            others.push(format!("{right}{more}"));
            others.push(format!("{more}{right}"));
        }
        others.push(right.replacen('e', "e\0", 1));
        for (n, other) in others.iter().enumerate() {
            let answer = manager.try_password(other).await.map(|_| ());
            assert_eq!(answer, Err(Error::WrongCredentials), "{other:?}");
            if n % 4 == 3 {
                assert!(manager.try_password(right).await.is_ok());
            }
        }
    }
}

/// Attack 3: one text in two spellings of Unicode is one password.
#[tokio::test]
async fn one_text_however_it_is_composed_is_one_password() {
    let clinic = Clinic::with_password("kelp l\u{e4}dder 94 ochre").await;
    let composed = clinic
        .manager()
        .try_password("kelp la\u{308}dder 94 ochre")
        .await;
    assert!(matches!(composed, Ok(Outcome::In(_))), "{composed:?}");
}

/// Attack 7.
#[tokio::test]
async fn a_blank_or_wildcard_address_touches_nobody() {
    let clinic = Clinic::new().await;
    let _ = clinic.manager().try_password("not it at all").await;
    let before = clinic.dump().await;
    for email in [
        "",
        " ",
        "\u{a0}",
        "%",
        "_",
        "*",
        "%@%",
        "\0",
        "a@b@c",
        "' OR 1=1 --",
    ] {
        let nobody = Person {
            email: email.into(),
            ..clinic.manager()
        };
        let answer = nobody.sign_in().await.map(|_| ());
        let Err(Error::Invalid {
            field: Field::Email,
            fault: Fault::Email(_),
        }) = answer
        else {
            panic!("{email:?}: {answer:?}")
        };
    }
    assert_eq!(clinic.dump().await, before);
    // Those that are addresses are their own: the manager is not among those they match.
    for email in ["____@hills.example", "%@hills.example"] {
        let other = Person {
            email: email.into(),
            ..clinic.manager()
        };
        assert!(other.sign_in().await.is_err());
    }
    let order = as_written();
    let failures = format!("SELECT failures FROM tries ORDER BY {order} LIMIT 1");
    assert_eq!(clinic.number(&failures).await, 1);
}

/// Attack 7: the same address, however it is written, has one counter.
#[tokio::test]
async fn an_address_in_capitals_is_the_same_account() {
    let clinic = Clinic::new().await;
    for email in [
        MANAGER.to_uppercase(),
        format!(" {MANAGER} "),
        MANAGER.to_owned(),
    ] {
        let same = Person {
            email,
            ..clinic.manager()
        };
        let answer = same.try_password("not it at all").await.map(|_| ());
        assert_eq!(answer, Err(Error::WrongCredentials));
    }
    assert_eq!(clinic.tries().await.len(), 1);
    assert_eq!(clinic.tries().await[0][2], "3");
}

/// Attack 8: nothing on the disk holds the password once the code is due.
#[tokio::test]
async fn the_password_is_nowhere_while_the_code_is_due() {
    let (clinic, _) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    assert!(!format!("{due:?}").contains(due.token.expose()));
    let canaries = [PASSWORD.as_bytes(), due.token.expose().as_bytes()];
    let files = clinic.files();
    let journal = |(path, bytes): &(std::path::PathBuf, Vec<u8>)| {
        path.to_string_lossy().ends_with("-wal") && !bytes.is_empty()
    };
    assert!(over_postgres() || files.iter().any(journal));
    let kept = clinic.dump().await.into_iter();
    let kept = kept.map(|(column, value)| (column.into(), value.into_bytes()));
    for (path, bytes) in files.into_iter().chain(kept) {
        for canary in canaries {
            let found = bytes.windows(canary.len()).any(|window| window == canary);
            assert!(!found, "{}", path.display());
        }
    }
}

/// The figure "wrong passwords": from the 5th a wait of 30 s doubling to 15 minutes, never a stop.
#[tokio::test]
async fn waits_after_wrong_passwords_grow_from_30_seconds_to_15_minutes() {
    let clinic = Clinic::new().await;
    let manager = clinic.manager();
    for _ in 0..5 {
        let answer = manager.try_password("not it at all").await.map(|_| ());
        assert_eq!(answer, Err(Error::WrongCredentials));
    }
    for wait in [30, 60, 120, 240, 480, 900, 900] {
        let before = clinic.tries().await;
        let until = wait_of(manager.sign_in().await);
        assert_eq!(seconds_to(until, &clinic), wait);
        clinic.clock.advance(wait - 1);
        assert_eq!(wait_of(manager.sign_in().await), until);
        assert_eq!(clinic.tries().await, before);
        clinic.clock.advance(1);
        let answer = manager.try_password("not it at all").await.map(|_| ());
        assert_eq!(answer, Err(Error::WrongCredentials));
    }
    for _ in 0..60 {
        clinic.clock.advance(900);
        let answer = manager.try_password("not it at all").await.map(|_| ());
        assert_eq!(answer, Err(Error::WrongCredentials));
    }
    clinic.clock.advance(900);
    manager.session().await;
    assert!(clinic.tries().await.is_empty());
}

fn wait_of(answer: Result<Outcome, Error>) -> Timestamp {
    match answer {
        Err(Error::Wait { until }) => until,
        other => panic!("no wait: {other:?}"),
    }
}

/// Attack 16 at the first step: of many wrong passwords at once five are looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_passwords_at_once_five_are_looked_at() {
    let clinic = Clinic::new().await;
    let mut set = tokio::task::JoinSet::new();
    for n in 0..100 {
        let backend = clinic.backend.clone();
        let call = SignIn {
            email: MANAGER.into(),
            password: Secret::new(format!("not it at all {n}")),
            computer: None,
            remembered: None,
        };
        set.spawn(async move { backend.call(None, call).await.map(|_| ()) });
    }
    let answers = set.join_all().await;
    let looked_at = answers
        .iter()
        .filter(|answer| **answer == Err(Error::WrongCredentials))
        .count();
    assert_eq!(looked_at, 5, "{answers:?}");
    wait_of(clinic.manager().sign_in().await);
}

/// The figure "password hash": parameters are stored, and raised at a sign-in.
#[tokio::test]
async fn a_hash_of_a_former_cost_still_opens_and_is_renewed() {
    let clinic = Clinic::new().await;
    let hash = "SELECT password_hash FROM users";
    let before = clinic.sql(hash).await[0][0].clone();
    assert!(
        before.starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
        "{before}"
    );
    let dearer = HashCost {
        passes: CHEAP.passes + 1,
        ..CHEAP
    };
    let window = clinic.another_cost(dearer).await;
    let call = |password: &str| SignIn {
        email: MANAGER.into(),
        password: Secret::new(password),
        computer: None,
        remembered: None,
    };
    assert!(window.call(None, call("not it at all")).await.is_err());
    assert_eq!(clinic.sql(hash).await[0][0], before);
    assert!(window.call(None, call(PASSWORD)).await.is_ok());
    let after = clinic.sql(hash).await[0][0].clone();
    assert!(after.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{after}");
    assert!(window.call(None, call(PASSWORD)).await.is_ok());
    assert!(window.call(None, call("not it at all")).await.is_err());
}
