//! What the keyring may answer, and what is made of it.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::Timestamp;
use crate::domain::random::seeded::Seeded;

fn user(seed: u64) -> UserId {
    UserId::new(Timestamp::UNIX_EPOCH, &Seeded::new(seed))
}

fn alex() -> Known {
    Known {
        user: user(1),
        name: "Alex Lee".into(),
        email: "alex@hills.example".into(),
    }
}

fn ella() -> Known {
    Known {
        user: user(2),
        name: "Ella Smith".into(),
        email: "ella@hills.example".into(),
    }
}

fn token(letter: &str) -> Token {
    Token::new(letter.repeat(TOKEN))
}

/// The list of these people, as it is written.
fn named(people: &[Known]) -> String {
    let people = people.to_vec();
    let unnamed = Vec::new();
    List { people, unnamed }.write("practice")
}

fn keychain() -> Keychain {
    Keychain::in_memory().unwrap()
}

fn failing(fault: Fault) -> Kept {
    Kept::new(Keychain::failing(fault, Duration::ZERO)).bound_to("practice".into())
}

#[tokio::test]
async fn a_session_is_kept_until_its_owner_leaves() {
    let kept = Kept::new(keychain()).bound_to("practice".into());
    assert_eq!(kept.people().await, Ok(vec![]));
    kept.arrived(&alex(), &token("a")).await.unwrap();
    kept.arrived(&ella(), &token("e")).await.unwrap();
    kept.arrived(&alex(), &token("b")).await.unwrap();
    // Another start of the program finds the same.
    let kept = Kept::new(kept.keychain.clone()).bound_to("practice".into());
    assert_eq!(kept.people().await, Ok(vec![alex(), ella()]));
    assert_eq!(kept.session(&alex().user).await, Ok(Some(token("b"))));
    kept.left(&alex().user).await.unwrap();
    assert_eq!(kept.session(&alex().user).await, Ok(None));
    assert_eq!(kept.session(&ella().user).await, Ok(Some(token("e"))));
    assert_eq!(kept.people().await, Ok(vec![alex(), ella()]));
    kept.keep_computer(&ella().user, &token("c")).await.unwrap();
    let found = kept.whose(" Ella@Hills.example ").await.unwrap();
    assert_eq!(kept.computer(&found).await, Some(token("c")));
    assert_eq!(kept.computer(&alex().user).await, None);
    assert_eq!(kept.whose("nobody@hills.example").await, None);
}

/// Attack 75: an entry of another backend, person or kind, copied to this one's place.
#[tokio::test]
async fn an_entry_of_another_is_not_used() {
    let ring = keychain();
    let here = Kept::new(ring.clone()).bound_to("here".into());
    let there = Kept::new(ring.clone()).bound_to("there".into());
    there.arrived(&alex(), &token("a")).await.unwrap();
    there
        .keep_computer(&alex().user, &token("c"))
        .await
        .unwrap();
    assert_eq!(here.people().await, Ok(vec![]));
    assert_eq!(here.session(&alex().user).await, Ok(None));
    let names = |kept: &Kept| {
        let user = alex().user;
        [
            kept.name(Kind::Session, &user).unwrap(),
            kept.name(Kind::Computer, &user).unwrap(),
            kept.list_name().unwrap(),
        ]
    };
    for from in names(&there) {
        let text = ring.recall(&from).await.unwrap().unwrap();
        for to in names(&here) {
            ring.remember(&to, &text).await.unwrap();
        }
        assert_eq!(here.people().await, Ok(vec![]));
        assert_eq!(here.session(&alex().user).await, Ok(None));
        assert_eq!(here.computer(&alex().user).await, None);
    }
    // Of one person under the name of another.
    let [session, ..] = names(&there);
    let text = ring.recall(&session).await.unwrap().unwrap();
    let of_ella = there.name(Kind::Session, &ella().user).unwrap();
    ring.remember(&of_ella, &text).await.unwrap();
    assert_eq!(there.session(&ella().user).await, Ok(None));
}

/// Attack 75: garbage and what was cut short are as nothing.
#[test]
fn no_beginning_of_an_entry_is_an_entry() {
    let whole = write_token(Kind::Session, "practice", &user(1), &token("a"));
    let whole = whole.expose_secret();
    let read = |text: &str| read_token(Kind::Session, "practice", &user(1), text);
    assert_eq!(read(whole), Some(token("a")));
    for end in 0..whole.len() {
        assert_eq!(read(&whole[..end]), None);
    }
    assert_eq!(read(&format!("{whole}a")), None);
    assert_eq!(read(&format!("{whole}\n")), None);
    assert_eq!(read(&whole.replace('a', "\u{e4}")), None);
    let list = named(&[alex(), ella()]);
    assert_eq!(List::read("practice", &list).people, [alex(), ella()]);
    for end in 0..list.len() {
        for known in List::read("practice", &list[..end]).people {
            assert!(list.contains(&known.name) && list.contains(&known.email));
        }
    }
    let many = vec![alex(); 60];
    let many = named(&many);
    assert_eq!(List::read("practice", &many).people.len(), MOST_PEOPLE);
    let hostile = format!("{list}\n{}\tx@y.example\tAlex\u{202e}Lee", user(3));
    assert_eq!(List::read("practice", &hostile).people, [alex(), ella()]);
}

/// Where no names are kept, who has left is known by the address and stands nowhere by it.
#[tokio::test]
async fn without_names_only_whose_session_is_kept_is_named() {
    let ring = keychain();
    let kept = Kept::new(ring.clone()).bound_to("practice".into());
    for (who, letter) in [(alex(), "a"), (ella(), "e")] {
        kept.arrived(&who, &token(letter)).await.unwrap();
        kept.keep_computer(&who.user, &token(letter)).await.unwrap();
    }
    kept.left(&alex().user).await.unwrap();
    kept.forget_names().await.unwrap();
    assert_eq!(kept.people().await, Ok(vec![ella()]));
    let name = kept.list_name().unwrap();
    let text = ring.recall(&name).await.unwrap().unwrap();
    let text = text.expose_secret();
    assert!(!text.contains("alex") && !text.contains("Alex"), "{text}");
    assert_eq!(kept.whose("Alex@hills.example").await, Some(alex().user));
    // Whoever comes back has a name again, for as long as the session is kept.
    kept.arrived(&alex(), &token("b")).await.unwrap();
    assert_eq!(kept.people().await, Ok(vec![alex(), ella()]));
    let list = kept.list(&kept.held.lock().await).await.unwrap();
    assert_eq!(list.unnamed, []);
}

/// What is good once is taken out before it is used, and not used where it cannot be.
#[tokio::test]
async fn what_a_computer_is_remembered_by_is_taken_out_once() {
    let kept = Kept::new(keychain()).bound_to("practice".into());
    let user = alex().user;
    assert_eq!(kept.take_remembered(&user).await, None);
    kept.keep_remembered(&user, &token("r")).await.unwrap();
    assert_eq!(kept.take_remembered(&user).await, Some(token("r")));
    assert_eq!(kept.take_remembered(&user).await, None);
    for (fault, taken) in [(Fault::Missing, true), (Fault::Locked, false)] {
        let kept = failing(fault);
        assert_eq!(kept.keep_remembered(&user, &token("r")).await, Err(fault));
        assert_eq!(kept.take_remembered(&user).await.is_some(), taken);
        assert_eq!(kept.take_remembered(&user).await, None);
    }
}

proptest! {
    #[test]
    fn garbage_is_read_as_nothing(text in ".{0,300}") {
        prop_assert_eq!(read_token(Kind::Session, "practice", &user(1), &text), None);
        prop_assert_eq!(List::read("practice", &text), List::default());
    }
}

/// Fault 18: without a keyring the session lives in memory, for as long as the program runs.
#[tokio::test]
async fn without_a_keyring_a_session_is_in_memory_only() {
    let kept = failing(Fault::Missing);
    let answer = kept.arrived(&alex(), &token("a")).await;
    assert_eq!(answer, Err(Fault::Missing));
    assert_eq!(kept.session(&alex().user).await, Ok(Some(token("a"))));
    assert_eq!(kept.people().await, Ok(vec![alex()]));
    assert_eq!(kept.left(&alex().user).await, Err(Fault::Missing));
    assert_eq!(kept.session(&alex().user).await, Ok(None));
    // Another start has nothing.
    let kept = failing(Fault::Missing);
    assert_eq!(kept.people().await, Ok(vec![]));
}

/// Fault 18: a keyring that is locked is said; once it is open, what is held is written.
#[tokio::test]
async fn what_a_locked_keyring_did_not_take_is_written_later() {
    let kept = failing(Fault::Locked);
    assert_eq!(kept.people().await, Err(Fault::Locked));
    assert_eq!(kept.session(&alex().user).await, Err(Fault::Locked));
    let answer = kept.arrived(&alex(), &token("a")).await;
    assert_eq!(answer, Err(Fault::Locked));
    assert_eq!(kept.session(&alex().user).await, Ok(Some(token("a"))));
    assert_eq!(kept.try_again().await, Err(Fault::Locked));
    let opened = Kept {
        keychain: keychain(),
        ..kept
    };
    opened.try_again().await.unwrap();
    let later = Kept::new(opened.keychain.clone()).bound_to("practice".into());
    assert_eq!(later.session(&alex().user).await, Ok(Some(token("a"))));
}

/// Fault 18: a keyring that never answers is given up; without that this would never end.
#[tokio::test]
async fn a_keyring_that_stalls_is_given_up() {
    let stalls = Keychain::failing(Fault::Missing, Duration::MAX);
    let kept = Kept::new(stalls).bound_to("practice".into());
    assert_eq!(kept.people().await, Err(Fault::Silent));
}
