//! The story that is told at TRACE: everything that has to do with a secret, done or failed once.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use vestibule::api::{
    AddPerson, ChangePassword, CodeDue, Error, KeepRecoveryCodes, KnowComputer, Lock,
    MakeRecoveryCodes, MakeRecoveryKey, Outcome, ProveMethod, Redeem, Reset, Secret, SetUpSent,
    SignIn, SignOut, StartAuthenticator, StartSent, StepUp, SubmitCode, SubmitRecoveryCode, Token,
    TryAnother, Unlock, Way, WhoAmI,
};
use vestibule::backend::{Kept, Known, Served};
use vestibule::domain::{Channel, Destination, EmailAddress, MethodKind, Mobile, Role, UserId};

use super::clumsy::Clumsy;
use crate::clinic::{MANAGER, PASSWORD, Phone};
use crate::post::{Answer, Reply};
use crate::sends::{NUMBER, SAM, Sends};
use crate::staff::REASON;

const CHOSEN: &str = "copper 31 wharf lantern";
const CHANGED: &str = "a quiet harbour at noon";

/// What is typed past the calls of the story; the gateway's secret also as a form has it.
const TYPED: &[&str] = &[
    PASSWORD,
    MANAGER,
    SAM,
    "mail secret",
    "gateway secret",
    "gateway+secret",
    "gateway%20secret",
    NUMBER,
    "61491570156",
    "491570156",
];

/// The names under which the contract carries what is private.
const PRIVATE: &[&str] = &[
    "code",
    "codes",
    "computer",
    "password",
    "recovery_key",
    "secret",
    "text",
    "token",
    "uri",
];

/// A practice that sends, and everything private that was asked or answered in it.
struct Story {
    stage: Sends,
    private: Vec<String>,
}

impl Story {
    async fn call<C>(&mut self, token: Option<&Token>, call: C) -> Result<C::Reply, Error>
    where
        C: Served + Serialize,
        C::Reply: Serialize,
    {
        self.note(&call);
        let answer = self.stage.clinic.backend.call(token, call).await;
        if let Ok(reply) = &answer {
            self.note(reply);
        }
        answer
    }

    fn note(&mut self, of: &impl Serialize) {
        self.collect(&serde_json::to_value(of).unwrap(), false);
    }

    fn collect(&mut self, value: &Value, private: bool) {
        match value {
            Value::String(text) if private => self.keep(text),
            Value::Array(all) => all.iter().for_each(|value| self.collect(value, private)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, value)| self.collect(value, PRIVATE.contains(&name.as_str()))),
            _ => {}
        }
    }

    /// As it is, and without what makes it easy to read.
    fn keep(&mut self, text: &str) {
        self.private.push(text.to_owned());
        self.private.push(text.replace([' ', '-'], ""));
    }

    async fn code(&mut self, channel: Channel) -> Secret {
        let code = self.stage.code(channel).await;
        self.keep(&code);
        self.keep(&format!("{} {}", &code[..3], &code[3..]));
        Secret::new(code)
    }

    async fn sign_in(&mut self, password: &str) -> Result<Outcome, Error> {
        let call = SignIn {
            email: SAM.into(),
            password: Secret::new(password),
            computer: None,
            remembered: None,
        };
        self.call(None, call).await
    }

    async fn code_due(&mut self, password: &str) -> CodeDue {
        match self.sign_in(password).await {
            Ok(Outcome::Code(due)) => due,
            other => panic!("no code was asked for: {other:?}"),
        }
    }

    async fn authenticator(&mut self, token: &Token) -> Phone {
        let key = self
            .call(Some(token), StartAuthenticator::default())
            .await
            .unwrap();
        let phone = self.stage.clinic.phone(&key);
        let method = key.method;
        let call = |code| ProveMethod {
            method: method.clone(),
            code: Secret::new(code),
        };
        let wrong = self.call(Some(token), call(phone.wrong(0))).await;
        assert!(matches!(wrong, Err(Error::CodeWrong { .. })));
        self.call(Some(token), call(phone.code())).await.unwrap();
        phone
    }

    async fn sent(&mut self, token: &Token, channel: Channel, to: &str) {
        let to = to.to_owned();
        let call = StartSent {
            channel,
            to,
            replaces: None,
        };
        let SetUpSent { method, .. } = self.call(Some(token), call).await.unwrap();
        let code = self.code(channel).await;
        let call = ProveMethod { method, code };
        self.call(Some(token), call).await.unwrap();
    }
}

/// Tells the story and answers what must not be read of it.
pub(super) async fn tell() -> Vec<String> {
    let stage = Sends::new().await;
    let founder = stage.clinic.founder.clone();
    let made = [
        founder.expose().to_owned(),
        stage.clinic.recovery_key.expose().to_owned(),
        stage.clinic.key().to_owned(),
        data_encoding::BASE32_NOPAD.encode(stage.alex.secret()),
        // As the mail server is told it.
        data_encoding::BASE64.encode(b"\0clinic\0mail secret"),
    ];
    let mut story = Story {
        stage,
        private: Vec::new(),
    };
    for text in made.iter().map(String::as_str).chain(TYPED.iter().copied()) {
        story.keep(text);
    }

    let (sam, phone, codes) = arrive(&mut story, &founder).await;
    let session = come_back(&mut story, &phone, &codes).await;
    fail(&mut story).await;
    look(&story).await;
    story.stage.clinic.clock.advance(60);
    let code = Some(Secret::new(story.stage.alex.code()));
    let step_up = StepUp {
        password: Secret::new(PASSWORD),
        code,
        by: None,
    };
    let token = story.call(Some(&founder), step_up).await.unwrap().token;
    let (user, reason) = (sam, REASON.to_owned());
    story
        .call(Some(&token), Reset { user, reason })
        .await
        .unwrap();
    let gone = story.call(Some(&session), WhoAmI {}).await;
    assert_eq!(gone.err(), Some(Error::NotSignedIn));
    lose_the_key(&mut story, &token).await;
    // And all of it is shown in a window.
    for text in &story.private {
        let shown: iced::Element<'_, ()> = iced::widget::text(text).into();
        let mut window = iced_test::simulator(shown);
        assert!(window.find(text.as_str()).is_ok());
    }
    story.private
}

/// Sam is invited, chooses a password, and sets all three methods and recovery codes up.
async fn arrive(story: &mut Story, founder: &Token) -> (UserId, Phone, Vec<Secret>) {
    let invite = AddPerson {
        name: "Sam Roe".into(),
        email: SAM.into(),
        role: Role::Reception,
        send: false,
    };
    let code = story.call(Some(founder), invite).await.unwrap().code;
    let password = Secret::new(CHOSEN);
    let redeem = Redeem { code, password };
    let admitted = match story.call(None, redeem).await {
        Ok(Outcome::In(admitted)) => admitted,
        other => panic!("not let in: {other:?}"),
    };
    let token = admitted.token;
    let phone = story.authenticator(&token).await;
    story.sent(&token, Channel::Sms, NUMBER).await;
    story.sent(&token, Channel::Email, SAM).await;
    let made = story
        .call(Some(&token), MakeRecoveryCodes {})
        .await
        .unwrap();
    let set = made.set;
    story
        .call(Some(&token), KeepRecoveryCodes { set })
        .await
        .unwrap();
    story.call(Some(&token), SignOut {}).await.unwrap();
    story.stage.clinic.clock.advance(60);
    (admitted.me.user, phone, made.codes)
}

/// Sam signs in by every way, locks, unlocks, steps up and chooses another password.
async fn come_back(story: &mut Story, phone: &Phone, codes: &[Secret]) -> Token {
    let wrong = story.sign_in("not it at all").await;
    assert_eq!(wrong.err(), Some(Error::WrongCredentials));
    let due = story.code_due(CHOSEN).await;
    let code = Secret::new(phone.wrong(0));
    let wrong = story
        .call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await;
    assert!(matches!(wrong, Err(Error::CodeWrong { .. })));
    let wrong = Secret::new("0000-1111-2222-3333");
    let call = SubmitRecoveryCode { code: wrong };
    let wrong = story.call(Some(&due.token), call).await;
    assert!(matches!(wrong, Err(Error::CodeWrong { .. })));
    let code = Secret::new(phone.code());
    story
        .call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await
        .unwrap();
    let due = story.code_due(CHOSEN).await;
    let code = codes[0].clone();
    let call = SubmitRecoveryCode { code };
    story.call(Some(&due.token), call).await.unwrap();
    for (method, channel) in [
        (MethodKind::Email, Channel::Email),
        (MethodKind::Sms, Channel::Sms),
    ] {
        let due = story.code_due(CHOSEN).await;
        story
            .call(Some(&due.token), TryAnother { method })
            .await
            .unwrap();
        let code = story.code(channel).await;
        story
            .call(
                Some(&due.token),
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await
            .unwrap();
    }
    story.stage.clinic.clock.advance(60);
    let due = story.code_due(CHOSEN).await;
    let code = Secret::new(phone.code());
    let admitted = match story
        .call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await
    {
        Ok(Outcome::In(admitted)) => admitted,
        other => panic!("a right code led to {other:?}"),
    };
    let keychain = story.stage.clinic.computer().await.keychain;
    let kept = Kept::new(keychain).bound_to("here".into());
    let (known, token) = (Known::from(&admitted.me), admitted.token);
    kept.arrived(&known, &token).await.unwrap();
    let call = KnowComputer { computer: None };
    let computer = story.call(Some(&token), call).await.unwrap().computer;
    kept.keep_computer(&known.user, &computer.unwrap())
        .await
        .unwrap();
    assert!(kept.session(&known.user).await.unwrap().is_some());

    story.call(Some(&token), Lock {}).await.unwrap();
    let password = Secret::new("nor is this it");
    let wrong = story.call(Some(&token), Unlock { password }).await;
    assert_eq!(wrong.err(), Some(Error::WrongCredentials));
    let password = Secret::new(CHOSEN);
    let unlocked = story.call(Some(&token), Unlock { password }).await.unwrap();
    let step_up = StepUp {
        password: Secret::new(CHOSEN),
        code: Some(codes[1].clone()),
        by: Some(Way::RecoveryCode),
    };
    let token = story
        .call(Some(&unlocked.token), step_up)
        .await
        .unwrap()
        .token;
    let password = Secret::new(CHANGED);
    story
        .call(Some(&token), ChangePassword { password })
        .await
        .unwrap();
    token
}

/// A gateway echoes, a mail server breaks off, a row cannot be written, a courier panics.
async fn fail(story: &mut Story) {
    story.stage.gateway.answer(Reply::Echo);
    story.stage.mailbox.answer(Answer::DropAtData);
    let due = story.code_due(CHANGED).await;
    for (method, channel) in [
        (MethodKind::Sms, Channel::Sms),
        (MethodKind::Email, Channel::Email),
    ] {
        story
            .call(Some(&due.token), TryAnother { method })
            .await
            .unwrap();
        story.code(channel).await;
    }

    let fault = "CREATE TRIGGER fault BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END";
    story.stage.clinic.sql(fault).await;
    let code = Secret::new("000000");
    let call = SubmitCode {
        code,
        remember: false,
    };
    let failed = story.call(Some(&due.token), call).await;
    assert!(matches!(failed, Err(Error::Internal { .. })), "{failed:?}");
    story.stage.clinic.sql("DROP TRIGGER fault").await;

    story.stage.clinic.clock.advance(120);
    let clumsy = story.stage.clinic.another_courier(Arc::new(Clumsy)).await;
    clumsy.service.send_due().await.unwrap();
}

/// Whoever runs the backend looks at both providers and tries them; the gateway echoes again.
async fn look(story: &Story) {
    let service = &story.stage.clinic.backend.service;
    let all = service.reach_deliveries().await.unwrap();
    assert!(all.iter().all(|it| it.went.is_ok()), "{all:?}");
    story.stage.gateway.answer(Reply::Echo);
    let email = Destination::Email(EmailAddress::parse(SAM).unwrap());
    let phone = Destination::Sms(Mobile::from_e164("+61491570156").unwrap());
    for (to, taken) in [(email, true), (phone, false)] {
        let tried = service.send_test(None, to).await.unwrap();
        assert_eq!(tried.went.is_ok(), taken, "{tried:?}");
    }
}

/// The manager makes a new recovery key, loses the key of the computer, and recovers.
async fn lose_the_key(story: &mut Story, token: &Token) {
    let made = story.call(Some(token), MakeRecoveryKey {}).await.unwrap();
    let clinic = &story.stage.clinic;
    clinic.close().await;
    let computer = clinic.strange_computer();
    assert!(computer.open().await.is_err());
    let recovery = computer.recover(&made.recovery_key).await;
    let recovery = recovery.unwrap();
    recovery
        .finish(MANAGER, &Secret::new(CHOSEN))
        .await
        .unwrap();
    recovery.close().await;
}
