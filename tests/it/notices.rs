//! Who is told by e-mail of what happened to an account: whoever proved the address by a code,
//! and nobody else.

mod proving;

use vestibule::api::{
    ChangePassword, KeepRecoveryCodes, MakeRecoveryCodes, MyAccount, Outcome, Reset, Secret,
    SubmitRecoveryCode, Token, TurnOff,
};
use vestibule::domain::{Channel, NoticeKind};

use crate::clinic::{Person, as_written, seconds_to};
use crate::post::{Answer, Received};
use crate::sends::{NUMBER, SAM, Sends};
use crate::staff::REASON;

const ELSEWHERE: &str = "sam@elsewhere.example";

const NOT_YOU: &str =
    "If this was not you, tell your practice manager at once and change your password.";

/// What may happen to an account.
#[derive(Clone, Copy, Debug)]
enum Act {
    RecoveryCode,
    Reset,
    TurnOff,
    Password,
}

impl Act {
    const ALL: [Self; 4] = [
        Self::RecoveryCode,
        Self::Reset,
        Self::TurnOff,
        Self::Password,
    ];

    const fn kind(self) -> NoticeKind {
        match self {
            Self::RecoveryCode => NoticeKind::RecoveryCodeUsed,
            Self::Reset => NoticeKind::Reset,
            Self::TurnOff => NoticeKind::TurnedOff,
            Self::Password => NoticeKind::PasswordChanged,
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::RecoveryCode => {
                "A recovery code was used to sign in to your account at Hills Clinic."
            }
            Self::Reset => {
                "Alex Lee reset two-factor for your account at Hills Clinic. Your next sign-in may \
                 ask you to set it up again."
            }
            Self::TurnOff => "Alex Lee turned two-factor off for your account at Hills Clinic.",
            Self::Password => "The password of your account at Hills Clinic was changed.",
        }
    }

    /// Lets it happen to somebody who has a session and, for a recovery code, such codes.
    async fn happen(self, stage: &Sends, it: &Victim<'_>) {
        let (clinic, founder) = (&stage.clinic, &stage.clinic.founder);
        let (user, reason) = (it.person.id().await.parse().unwrap(), REASON.to_owned());
        match self {
            Self::RecoveryCode => {
                let due = it.person.code_due().await;
                let code = it.codes[0].clone();
                let opened = clinic.call(&due.token, SubmitRecoveryCode { code }).await;
                assert!(matches!(opened, Ok(Outcome::In(_))), "{opened:?}");
            }
            Self::Reset => {
                clinic.call(founder, Reset { user, reason }).await.unwrap();
            }
            Self::TurnOff => {
                let call = TurnOff { user, reason };
                clinic.call(founder, call).await.unwrap();
            }
            Self::Password => {
                let password = Secret::new("a quiet harbour at noon");
                let call = ChangePassword { password };
                clinic.call(&it.token, call).await.unwrap();
            }
        }
    }
}

/// Somebody with a method, a session and recovery codes.
struct Victim<'a> {
    person: Person<'a>,
    token: Token,
    codes: Vec<Secret>,
}

impl<'a> Victim<'a> {
    /// With codes by a channel to a place; all that was sent so far is read and gone.
    async fn new(stage: &'a Sends, email: &str, channel: Channel, to: &str) -> Self {
        let person = stage.hire(email, channel, to).await;
        let due = person.code_due().await;
        let code = stage.code(channel).await;
        let token = stage.submit(&due, &code).await.unwrap();
        let made = stage.clinic.call(&token, MakeRecoveryCodes {}).await;
        let made = made.unwrap();
        let call = KeepRecoveryCodes { set: made.set };
        stage.clinic.call(&token, call).await.unwrap();
        letters(stage).await;
        while stage.gateway.now().is_some() {}
        Self {
            person,
            token,
            codes: made.codes,
        }
    }

    /// The notices that are told in the window, the newest first.
    async fn told(&self, stage: &Sends) -> Vec<NoticeKind> {
        let id = self.person.id().await;
        let order = as_written();
        let rows = format!("SELECT kind FROM notices WHERE user_id = '{id}' ORDER BY {order} DESC");
        let rows = stage.clinic.sql(&rows).await;
        rows.iter().map(|row| row[0].parse().unwrap()).collect()
    }
}

/// Every letter that goes out now.
async fn letters(stage: &Sends) -> Vec<Received> {
    stage.deliver().await;
    std::iter::from_fn(|| stage.mailbox.now()).collect()
}

fn is_notice(letter: &Received, says: &str) {
    assert_eq!(letter.to, SAM);
    assert_eq!(letter.subject(), "About your sign-in at Hills Clinic");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert_eq!(letter.text().trim_end(), format!("{says}\n\n{NOT_YOU}"));
}

/// Attack 47 and its like: whoever does it, the owner hears of it at an address that is the
/// owner's, once, and nobody else hears of it.
#[tokio::test]
async fn the_owner_is_told_at_the_address_that_a_code_proved() {
    for act in Act::ALL {
        let stage = Sends::new().await;
        let sam = Victim::new(&stage, SAM, Channel::Email, SAM).await;
        // Kim's address is proven too, and is told nothing of Sam.
        let kim = "kim@hills.example";
        Victim::new(&stage, kim, Channel::Email, kim).await;
        act.happen(&stage, &sam).await;
        assert_eq!(sam.told(&stage).await[0], act.kind());
        let mut sent = letters(&stage).await;
        // The sign-in that the recovery code completed had sent its own code before.
        sent.retain(|letter| !letter.subject().starts_with("Your code"));
        let [letter] = &sent[..] else {
            panic!("{act:?}: {sent:?}")
        };
        is_notice(letter, act.says());
        assert!(letters(&stage).await.is_empty());
        assert!(stage.gateway.now().is_none());
    }
}

/// An address that was only typed, by an invitation or as a place for codes, is told nothing.
#[tokio::test]
async fn an_address_that_no_code_proved_is_told_nothing() {
    for (channel, to) in [(Channel::Sms, NUMBER), (Channel::Email, ELSEWHERE)] {
        for act in Act::ALL {
            let stage = Sends::new().await;
            let sam = Victim::new(&stage, SAM, channel, to).await;
            let account = stage.clinic.call(&sam.token, MyAccount {}).await.unwrap();
            assert_eq!(account.email_proven, None);
            act.happen(&stage, &sam).await;
            assert_eq!(sam.told(&stage).await[0], act.kind());
            let mut sent = letters(&stage).await;
            sent.retain(|letter| !letter.subject().starts_with("Your code"));
            assert!(sent.is_empty(), "{act:?}: {sent:?}");
            while let Some(posted) = stage.gateway.now() {
                // The code of the sign-in that the recovery code completed.
                assert_eq!(posted.code().len(), 6);
            }
        }
    }
}

/// Fault 11: mail that is down holds nothing up, and the notice comes when it is back.
#[tokio::test]
async fn an_act_does_not_wait_for_its_notice() {
    for act in [Act::Reset, Act::TurnOff, Act::Password] {
        let stage = Sends::new().await;
        let sam = Victim::new(&stage, SAM, Channel::Email, SAM).await;
        stage.mailbox.answer(Answer::HangUp);
        act.happen(&stage, &sam).await;
        assert_eq!(sam.told(&stage).await[0], act.kind());
        assert!(letters(&stage).await.is_empty());
        stage.clinic.clock.advance(2);
        let sent = letters(&stage).await;
        assert_eq!(sent.len(), 1, "{act:?}");
        is_notice(&sent[0], act.says());
    }
}

/// As above, while the worker waits for a mail server that says nothing.
#[tokio::test]
async fn an_act_does_not_wait_for_a_silent_mail_server() {
    let stage = Sends::new().await;
    let sam = Victim::new(&stage, SAM, Channel::Email, SAM).await;
    stage.mailbox.answer(Answer::Silence);
    Act::Password.happen(&stage, &sam).await;
    let service = stage.clinic.backend.service.clone();
    let worker = tokio::spawn(async move { service.send_due().await });
    let taken = "SELECT COUNT(*) FROM outbox WHERE state = 'sending'";
    while stage.clinic.number(taken).await == 0 {
        tokio::task::yield_now().await;
    }
    Act::Reset.happen(&stage, &sam).await;
    assert_eq!(stage.clinic.number(taken).await, 1, "still with the server");
    assert!(!worker.is_finished());
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.clinic.clock.advance(60);
    let sent = letters(&stage).await;
    let mut said: Vec<_> = sent.iter().map(Received::text).collect();
    said.sort();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with(Act::Reset.says()), "{said:?}");
    assert!(said[1].starts_with(Act::Password.says()), "{said:?}");
}

/// A notice takes no place from the codes, nor do codes from notices; a day later it is no news.
#[tokio::test]
async fn no_limit_counts_notices_and_a_notice_ends_with_its_day() {
    let stage = Sends::new().await;
    let sam = Victim::new(&stage, SAM, Channel::Email, SAM).await;
    for number in 0..25 {
        let password = Secret::new(format!("a quiet harbour at {number}"));
        let call = ChangePassword { password };
        stage.clinic.call(&sam.token, call).await.unwrap();
    }
    assert_eq!(letters(&stage).await.len(), 25);
    let sam_now = Person {
        password: "a quiet harbour at 24".to_owned(),
        ..sam.person.clone()
    };
    for _ in 0..5 {
        let due = sam_now.code_due().await;
        assert_eq!(
            due.challenge.sent.unwrap().line,
            vestibule::api::Line::Queued
        );
    }
    let due = sam_now.code_due().await;
    let line = due.challenge.sent.unwrap().line;
    let vestibule::api::Line::TooMany { until } = line else {
        panic!("{line:?}")
    };
    assert_eq!(seconds_to(until, &stage.clinic), 60 * 60);
    letters(&stage).await;
    Act::Password.happen(&stage, &sam).await;
    assert_eq!(letters(&stage).await.len(), 1);

    Act::Reset.happen(&stage, &sam).await;
    stage.clinic.clock.advance(24 * 60 * 60);
    assert!(letters(&stage).await.is_empty());
    let dropped = "SELECT COUNT(*) FROM outbox
                   WHERE state = 'dropped' AND sealed IS NULL AND destination = ''";
    assert_eq!(stage.clinic.number(dropped).await, 1);
}
