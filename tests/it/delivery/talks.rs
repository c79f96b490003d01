//! Letters one after the other in one conversation, and what becomes of one whose conversation has
//! ended meanwhile: it is neither lost nor sent twice.

use std::time::Duration;

use secrecy::SecretString;
use vestibule::delivery::Again::Soon;
use vestibule::delivery::{HandedOver, Letter, NotHandedOver, Patience, Post};
use vestibule::domain::{EmailAddress, MailServer, NotSent};

use super::{LONG, TAKEN, letter, secret};
use crate::post::{Answer, Mailbox};

/// A conversation is kept for longer than a test takes.
const KEEPING: Patience = Patience {
    kept: Duration::from_secs(3_600),
    ..LONG
};

fn numbered(number: usize) -> Letter {
    Letter {
        reference: format!("c-{number}"),
        ..letter()
    }
}

async fn send(post: &Post, mailbox: &Mailbox, number: usize) -> Result<HandedOver, NotHandedOver> {
    let server = mailbox.server();
    post.letter(&server, Some(&secret()), &numbered(number))
        .await
}

/// The references of all letters that came.
fn came(mailbox: &Mailbox) -> Vec<String> {
    let name = |id: String| id.trim_matches(['<', '>']).replace("@hills.example", "");
    let mut all = Vec::new();
    while let Some(received) = mailbox.now() {
        all.push(name(received.header("Message-ID")));
    }
    all
}

fn times(transcript: &str, word: &str) -> usize {
    transcript
        .lines()
        .filter(|line| line.starts_with(word))
        .count()
}

#[tokio::test]
async fn letters_go_one_after_the_other_in_one_conversation() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(KEEPING).unwrap();
    for number in 1..=3 {
        assert_eq!(send(&post, &mailbox, number).await, TAKEN);
    }
    assert_eq!(came(&mailbox), ["c-1", "c-2", "c-3"]);
    drop(post);
    let transcript = mailbox.transcript().await;
    for (word, count) in [("EHLO", 1), ("AUTH", 1), ("MAIL", 3), ("RCPT", 3)] {
        assert_eq!(times(&transcript, word), count, "{word}");
    }
    assert!(transcript.ends_with("QUIT\r\n"), "{transcript}");
}

#[tokio::test]
async fn a_conversation_without_a_letter_is_ended_after_a_while_and_after_many_letters() {
    let mailbox = Mailbox::start().await;
    let kept = Duration::from_millis(1);
    let post = Post::new(Patience { kept, ..LONG }).unwrap();
    assert_eq!(send(&post, &mailbox, 1).await, TAKEN);
    let transcript = mailbox.transcript().await;
    assert!(transcript.ends_with("QUIT\r\n"), "{transcript}");
    let post = Post::new(KEEPING).unwrap();
    for number in 0..50 {
        assert_eq!(send(&post, &mailbox, number).await, TAKEN);
    }
    let transcript = mailbox.transcript().await;
    assert_eq!(times(&transcript, "MAIL"), 50);
    assert!(transcript.ends_with("QUIT\r\n"), "{transcript}");
}

/// Fault 11: a server that has closed a kept connection, with its reason, without, or without even
/// closing it, is given the next letter once, by a new one.
#[tokio::test]
async fn a_letter_whose_conversation_has_ended_goes_by_a_new_one_and_once() {
    let short = Duration::from_millis(500);
    for (ends, connect) in [
        (Answer::OneLetter, LONG.connect),
        (Answer::OneLetterUnsaid, LONG.connect),
        (Answer::OneLetterThenSilence, short),
    ] {
        let mailbox = Mailbox::start().await;
        let post = Post::new(Patience { connect, ..KEEPING }).unwrap();
        mailbox.answer(ends);
        assert_eq!(send(&post, &mailbox, 1).await, TAKEN, "{ends:?}");
        for number in 2..=3 {
            assert_eq!(send(&post, &mailbox, number).await, TAKEN, "{ends:?}");
        }
        assert_eq!(came(&mailbox), ["c-1", "c-2", "c-3"], "{ends:?}");
        let first = mailbox.transcript().await;
        assert_eq!(times(&first, "DATA"), 1, "{first}");
        drop(post);
        let second = mailbox.transcript().await;
        assert_eq!(times(&second, "MAIL"), 2, "{second}");
    }
}

/// Where nobody knows whether a letter was taken, it is not sent again behind the back of whoever
/// asked; the retry is the same letter.
#[tokio::test]
async fn a_letter_that_may_have_been_taken_is_not_sent_twice_by_itself() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(KEEPING).unwrap();
    mailbox.answer(Answer::DropSecond);
    assert_eq!(send(&post, &mailbox, 1).await, TAKEN);
    let (why, again) = (NotSent::NoAnswer, Soon);
    let lost = send(&post, &mailbox, 2).await;
    assert_eq!(lost, Err(NotHandedOver { why, again }));
    assert_eq!(came(&mailbox), ["c-1", "c-2"]);
    assert_eq!(send(&post, &mailbox, 2).await, TAKEN);
    assert_eq!(came(&mailbox), ["c-2"]);
}

/// What a new conversation is refused is told as ever, and the letter given to nobody.
#[tokio::test]
async fn a_refusal_of_the_new_conversation_is_the_answer() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(KEEPING).unwrap();
    assert_eq!(send(&post, &mailbox, 1).await, TAKEN);
    mailbox.answer(Answer::Greylist);
    let (why, again) = (NotSent::Busy, Soon);
    let sent = send(&post, &mailbox, 2).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert_eq!(came(&mailbox), ["c-1"]);
    assert_eq!(send(&post, &mailbox, 2).await, TAKEN);
    assert_eq!(came(&mailbox), ["c-2"]);
}

/// Whoever changes a user or a password is not kept in a conversation of before; another sender of
/// the same account is.
#[tokio::test]
async fn changed_settings_begin_a_new_conversation() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(KEEPING).unwrap();
    let server = mailbox.server();
    let user = MailServer {
        user: Some("hills".to_owned()),
        ..server.clone()
    };
    let open = MailServer {
        user: None,
        ..server.clone()
    };
    let from = MailServer {
        from: EmailAddress::parse("reception@hills.example").unwrap(),
        ..server.clone()
    };
    let other = SecretString::from("another");
    let as_clinic = ("clinic", "pass&word");
    for (server, secret, signed_in) in [
        (&server, secret(), Some(as_clinic)),
        (&server, other.clone(), Some(("clinic", "another"))),
        (&user, secret(), Some(("hills", "pass&word"))),
        (&open, secret(), None),
        (&from, secret(), Some(as_clinic)),
    ] {
        let sent = post.letter(server, Some(&secret), &letter()).await;
        assert_eq!(sent, TAKEN);
        let received = mailbox.next().await;
        assert_eq!(received.from, server.from.as_str());
        let expected = signed_in.map(|(user, secret)| (user.to_owned(), secret.to_owned()));
        assert_eq!(received.signed_in, expected);
    }
    drop(post);
    let mut letters = Vec::new();
    for _ in 0..4 {
        letters.push(times(&mailbox.transcript().await, "MAIL"));
    }
    letters.sort_unstable();
    assert_eq!(letters, [1, 1, 1, 2]);
}
