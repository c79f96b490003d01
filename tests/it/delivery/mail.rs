//! E-mail: what is said to the server, and what its answers mean.

use vestibule::delivery::Again::{Never, Soon};
use vestibule::delivery::{Letter, NotHandedOver, Post};
use vestibule::domain::{EmailAddress, MailServer, NotSent, Timestamp};

use super::{LONG, SHORT, TAKEN, letter, nobodys_port, post_letter, secret};
use crate::post::{Answer, Mailbox};

#[tokio::test]
async fn a_letter_comes_as_it_was_written() {
    let mailbox = Mailbox::start().await;
    assert_eq!(post_letter(LONG, &mailbox.server()).await, TAKEN);
    let received = mailbox.next().await;
    assert_eq!(received.from, "codes@hills.example");
    assert_eq!(received.to, "sam@home.example");
    assert_eq!(
        received.signed_in,
        Some(("clinic".to_owned(), "pass&word".to_owned()))
    );
    for (name, value) in [
        ("From", "\"Hills Clinic\" <codes@hills.example>"),
        ("To", "sam@home.example"),
        ("Subject", "Your code"),
        ("Date", "Thu, 01 Jan 2026 00:00:00 +0000"),
        ("Message-ID", "<c-17.a_B@hills.example>"),
        ("Auto-Submitted", "auto-generated"),
        (
            "Content-Type",
            "multipart/alternative; boundary=\"=_c-17.a_B\"",
        ),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(received.header(name), value, "{name}");
    }
    assert_eq!(received.text().trim_end(), letter().text);
    assert_eq!(received.code(), "135790");
    let page = received.page();
    assert!(page.contains(">135790</strong>.<br>\nIt works for 10 minutes.</p>"));
    assert!(received.source.is_ascii());
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    let mailbox = Mailbox::start().await;
    for (answer, why, again) in [
        (Answer::Greylist, NotSent::Busy, Soon),
        (Answer::TooMany, NotSent::Busy, Soon),
        (Answer::NoService, NotSent::Faulty, Never),
        (Answer::NoSuchPerson, NotSent::Refused, Never),
        (Answer::NotYourAddress, NotSent::Faulty, Never),
        (Answer::BadPassword, NotSent::Credentials, Never),
        (Answer::NoSignIn, NotSent::Credentials, Never),
        (Answer::SignInFirst, NotSent::Credentials, Never),
        (Answer::Spam, NotSent::Refused, Never),
        (Answer::HangUp, NotSent::NoAnswer, Soon),
        (Answer::Endless, NotSent::Faulty, Never),
        (Answer::NamesNothing, NotSent::Faulty, Never),
    ] {
        mailbox.answer(answer);
        let sent = post_letter(LONG, &mailbox.server()).await;
        assert_eq!(sent, Err(NotHandedOver { why, again }), "{answer:?}");
        assert!(mailbox.now().is_none(), "{answer:?}");
    }
    // The greylist lets the same letter through another time.
    assert_eq!(post_letter(LONG, &mailbox.server()).await, TAKEN);
    assert_eq!(mailbox.next().await.code(), "135790");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_long() {
    let mailbox = Mailbox::start().await;
    mailbox.answer(Answer::Silence);
    let silent = post_letter(SHORT, &mailbox.server()).await;
    let (why, again) = (NotSent::NoAnswer, Soon);
    assert_eq!(silent, Err(NotHandedOver { why, again }));
    assert_eq!(mailbox.transcript().await, "");
    let nobody = MailServer {
        port: nobodys_port().await,
        ..mailbox.server()
    };
    let why = NotSent::Unreachable;
    let sent = post_letter(LONG, &nobody).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
}

#[tokio::test]
async fn a_letter_that_was_taken_is_sent_even_if_nobody_says_goodbye() {
    let mailbox = Mailbox::start().await;
    mailbox.answer(Answer::NoGoodbye);
    assert_eq!(post_letter(SHORT, &mailbox.server()).await, TAKEN);
    assert_eq!(mailbox.next().await.code(), "135790");
}

#[tokio::test]
async fn a_retry_after_a_lost_answer_is_the_same_letter() {
    let mailbox = Mailbox::start().await;
    mailbox.answer(Answer::DropAtData);
    let (why, again) = (NotSent::NoAnswer, Soon);
    let lost = post_letter(LONG, &mailbox.server()).await;
    assert_eq!(lost, Err(NotHandedOver { why, again }));
    assert_eq!(post_letter(LONG, &mailbox.server()).await, TAKEN);
    let (first, second) = (mailbox.next().await, mailbox.next().await);
    assert_eq!(first.header("Message-ID"), second.header("Message-ID"));
    assert_eq!(first.source, second.source);
}

/// Attack 62: one MAIL, one RCPT, one DATA, whatever stands in the text.
#[tokio::test]
async fn a_text_cannot_end_the_letter() {
    let mailbox = Mailbox::start().await;
    let text = "a\n.\nMAIL FROM:<x@evil.example>\r\n.\r\nRCPT TO:<x@evil.example>\n\
                \r.\rDATA\n..\n.a\nTo: x@evil.example";
    let hostile = Letter {
        text: text.to_owned(),
        ..letter()
    };
    let server = MailServer {
        from_name: Some("\"X\" <y@evil.example>, é\\".to_owned()),
        ..mailbox.server()
    };
    let post = Post::new(LONG).unwrap();
    let sent = post.letter(&server, Some(&secret()), &hostile).await;
    assert_eq!(sent, TAKEN);
    let received = mailbox.next().await;
    let transcript = mailbox.transcript().await;
    let (before, content) = transcript.split_once("DATA\r\n").unwrap();
    assert_eq!(
        before,
        "EHLO [127.0.0.1]\r\n\
         AUTH PLAIN AGNsaW5pYwBwYXNzJndvcmQ=\r\n\
         MAIL FROM:<codes@hills.example>\r\n\
         RCPT TO:<sam@home.example>\r\n"
    );
    let (content, after) = content.split_once("\r\n.\r\n").unwrap();
    assert_eq!(after, "QUIT\r\n");
    assert!(content.is_ascii());
    let bare = content.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n', '\0']), "{content:?}");
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    assert_eq!(received.text().trim_end(), lines);
    let mut names = received.header_names();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To"
        ]
    );
    let from = received.header("From");
    assert!(from.ends_with(" <codes@hills.example>"), "{from}");
}

#[tokio::test]
async fn what_would_end_a_header_is_refused_before_anybody_is_asked() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(LONG).unwrap();
    let faulty = Err(NotHandedOver {
        why: NotSent::Faulty,
        again: Never,
    });
    for bad in ["a\r\nBcc: x@evil.example", "a\nb", "a\rb", "a\0b"] {
        let subject = Letter {
            subject: bad.to_owned(),
            ..letter()
        };
        let sent = post
            .letter(&mailbox.server(), Some(&secret()), &subject)
            .await;
        assert_eq!(sent, faulty, "{bad:?}");
        let reference = Letter {
            reference: bad.to_owned(),
            ..letter()
        };
        let sent = post
            .letter(&mailbox.server(), Some(&secret()), &reference)
            .await;
        assert_eq!(sent, faulty, "{bad:?}");
        let server = MailServer {
            from_name: Some(bad.to_owned()),
            ..mailbox.server()
        };
        assert_eq!(post_letter(LONG, &server).await, faulty, "{bad:?}");
    }
    for reference in ["", ".a", "a.", "a..b", "a@b", "a>", &"a".repeat(65)] {
        let reference = Letter {
            reference: reference.to_owned(),
            ..letter()
        };
        let sent = post
            .letter(&mailbox.server(), Some(&secret()), &reference)
            .await;
        assert_eq!(sent, faulty);
    }
    let old = Letter {
        at: Timestamp::from_second(-1).unwrap(),
        ..letter()
    };
    let sent = post.letter(&mailbox.server(), Some(&secret()), &old).await;
    assert_eq!(sent, faulty);
    // Had one of them been sent, its conversation would be the first.
    assert_eq!(post_letter(LONG, &mailbox.server()).await, TAKEN);
    assert!(mailbox.transcript().await.contains("c-17.a_B"));
}

#[tokio::test]
async fn letters_of_every_language_arrive() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(LONG).unwrap();
    let text = "Für Zoë: “135790” • 你好\n".to_owned() + &"long line ".repeat(200);
    let foreign = Letter {
        to: EmailAddress::parse("o'brien+a{b}@home.example").unwrap(),
        subject: "Zoë’s code, and a subject that is longer than one line of a header".to_owned(),
        text,
        ..letter()
    };
    let sent = post
        .letter(&mailbox.server(), Some(&secret()), &foreign)
        .await;
    assert_eq!(sent, TAKEN);
    let received = mailbox.next().await;
    assert_eq!(received.to, "o'brien+a{b}@home.example");
    assert_eq!(received.subject(), foreign.subject);
    assert_eq!(received.text().trim_end(), foreign.text.trim_end());
    assert!(received.source.is_ascii());
    assert!(received.source.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn a_user_without_a_secret_is_never_tried() {
    let mailbox = Mailbox::start().await;
    let post = Post::new(LONG).unwrap();
    let sent = post.letter(&mailbox.server(), None, &letter()).await;
    let (why, again) = (NotSent::Credentials, Never);
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    let open = MailServer {
        user: None,
        ..mailbox.server()
    };
    assert_eq!(post.letter(&open, None, &letter()).await, TAKEN);
    assert_eq!(mailbox.next().await.signed_in, None);
}
