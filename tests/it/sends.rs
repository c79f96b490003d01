//! The stage of messages: a practice that sends by a real mail server and a real gateway.

use vestibule::api::{
    Challenge, ChallengeNow, Choices, CodeDue, Error, Outcome, ProveMethod, Secret, SendAgain,
    SentCode, SetMail, SetSms, SetUpSent, StartSent, SubmitCode, Token, TryAnother,
};
use vestibule::domain::{Channel, MethodKind};

use crate::clinic::{Clinic, Person, Phone};
use crate::post::{Gateway, Mailbox};

pub(crate) const SAM: &str = "sam@hills.example";
pub(crate) const NUMBER: &str = "0491 570 156";

/// A practice that sends.
pub(crate) struct Sends {
    pub(crate) clinic: Clinic,
    pub(crate) alex: Phone,
    pub(crate) mailbox: Mailbox,
    pub(crate) gateway: Gateway,
}

impl Sends {
    pub(crate) async fn new() -> Self {
        let (clinic, alex) = Clinic::enabled().await;
        let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
        let stage = Self {
            clinic,
            alex,
            mailbox,
            gateway,
        };
        let token = stage.clinic.founder.clone();
        stage.set_mail(&token).await.unwrap();
        let call = SetSms {
            gateway: stage.gateway.settings().into(),
            secret: Some(Secret::new("gateway secret")),
            countries: None,
        };
        stage.clinic.call(&token, call).await.unwrap();
        stage
    }

    pub(crate) async fn set_mail(&self, token: &Token) -> Result<(), Error> {
        let call = SetMail {
            server: self.mailbox.server(),
            secret: Some(Secret::new("mail secret")),
        };
        self.clinic.call(token, call).await.map(drop)
    }

    /// Lets the worker of the outbox do all that is due.
    pub(crate) async fn deliver(&self) {
        self.clinic.backend.service.send_due().await.unwrap();
    }

    /// The code of the next message on this way.
    pub(crate) async fn code(&self, channel: Channel) -> String {
        self.deliver().await;
        match channel {
            Channel::Email => loop {
                // Notices go to a proven address too.
                let letter = self.mailbox.next().await;
                if letter.subject().starts_with("Your code") {
                    break letter.code();
                }
            },
            Channel::Sms => self.gateway.next().await.code(),
        }
    }

    pub(crate) async fn start(
        &self,
        token: &Token,
        channel: Channel,
        to: &str,
    ) -> Result<SetUpSent, Error> {
        let call = StartSent {
            channel,
            to: to.to_owned(),
            replaces: None,
        };
        self.clinic.call(token, call).await
    }

    /// Sets up a method whose codes are sent.
    pub(crate) async fn enrol(&self, token: &Token, channel: Channel, to: &str) {
        let started = self.start(token, channel, to).await.unwrap();
        let call = ProveMethod {
            method: started.method,
            code: Secret::new(self.code(channel).await),
        };
        self.clinic.call(token, call).await.unwrap();
    }

    /// Somebody with codes by e-mail or SMS.
    pub(crate) async fn hire(&self, email: &str, channel: Channel, to: &str) -> Person<'_> {
        let person = self.clinic.hire(email).await;
        let token = person.session().await;
        self.enrol(&token, channel, to).await;
        person
    }

    pub(crate) async fn sam(&self, channel: Channel) -> Person<'_> {
        let to = match channel {
            Channel::Email => SAM,
            Channel::Sms => NUMBER,
        };
        self.hire(SAM, channel, to).await
    }

    pub(crate) async fn now(&self, due: &CodeDue) -> Challenge {
        self.clinic.call(&due.token, ChallengeNow {}).await.unwrap()
    }

    /// How the sent code stands.
    pub(crate) async fn sent(&self, due: &CodeDue) -> SentCode {
        self.now(due).await.sent.unwrap()
    }

    pub(crate) async fn again(&self, due: &CodeDue) -> Result<Challenge, Error> {
        self.clinic.call(&due.token, SendAgain {}).await
    }

    pub(crate) async fn another(
        &self,
        due: &CodeDue,
        method: MethodKind,
    ) -> Result<Challenge, Error> {
        self.clinic.call(&due.token, TryAnother { method }).await
    }

    pub(crate) async fn submit(&self, due: &CodeDue, code: &str) -> Result<Token, Error> {
        let code = Secret::new(code);
        match self
            .clinic
            .call(
                &due.token,
                SubmitCode {
                    code,
                    remember: false,
                },
            )
            .await?
        {
            Outcome::In(admitted) => Ok(admitted.token),
            other => panic!("a right code led to {other:?}"),
        }
    }

    /// What stands in the way of each method, for whoever this is.
    pub(crate) async fn hindrances(&self, token: &Token) -> Vec<Option<vestibule::api::Hindrance>> {
        let choices = self.clinic.call(token, Choices {}).await.unwrap();
        choices.into_iter().map(|choice| choice.hindrance).collect()
    }
}

/// Six digits that are not these.
pub(crate) fn another_code(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}
