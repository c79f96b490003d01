//! A practice that sends by both, on the clock of this computer and with its outbox at work.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use vestibule::api::{AddPerson, Call, Error, Found, Outcome, Redeem, Secret, SetMail, SetSms};
use vestibule::api::{Token, WhoAmI};
use vestibule::delivery::{Patience, Post};
use vestibule::domain::{Destination, EmailAddress, Mobile, Role};
use vestibule::service::{Handle, HashCost, Keys, Service, SystemClock, SystemRandom};
use vestibule::store::Store;

use crate::providers::{mail_server, sms_gateway};

pub(crate) const PASSWORD: &str = "kelp ladder 94 ochre";
pub(crate) const SAM: &str = "sam@home.example";

/// Far longer than a message takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A practice.
pub(crate) struct Practice {
    pub(crate) service: Service,
    pub(crate) founder: Token,
    outbox: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

impl Practice {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("vestibule.db")).await;
        let service = Service::new(
            store.unwrap(),
            Keys::generate(&SystemRandom),
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
            HashCost::OWASP,
            Arc::new(Post::new(Patience::default()).unwrap()),
        );
        let service = service.unwrap();
        let found = Found {
            practice: "Hills Clinic".into(),
            name: "Alex Lee".into(),
            email: "alex@hills.example".into(),
            password: Secret::new(PASSWORD),
            time_zone: "Australia/Sydney".into(),
        };
        let founder = service.call(None, found).await.unwrap().admitted.token;
        let outbox = tokio::spawn(service.clone().run_outbox());
        let practice = Self {
            service,
            founder,
            outbox,
            _folder: folder,
        };
        practice.set_mail("mail secret").await;
        let call = SetSms {
            gateway: sms_gateway(),
            secret: Some(Secret::new("gateway-secret")),
            countries: None,
        };
        practice.call(&practice.founder, call).await.unwrap();
        practice
    }

    pub(crate) async fn set_mail(&self, secret: &str) {
        let call = SetMail {
            server: mail_server(),
            secret: Some(Secret::new(secret)),
        };
        self.call(&self.founder, call).await.unwrap();
    }

    pub(crate) async fn call<C: Call>(&self, token: &Token, call: C) -> Result<C::Reply, Error>
    where
        Service: Handle<C>,
    {
        self.service.call(Some(token), call).await
    }

    /// Sam joins reception; the session of the invitation.
    pub(crate) async fn hire(&self) -> Token {
        let add = AddPerson {
            name: "Sam Lee".into(),
            email: SAM.into(),
            role: Role::Reception,
            send: false,
        };
        let invitation = self.call(&self.founder, add).await.unwrap();
        let redeem = Redeem {
            code: invitation.code,
            password: Secret::new(PASSWORD),
        };
        match self.service.call(None, redeem).await {
            Ok(Outcome::In(admitted)) => admitted.token,
            other => panic!("not let in: {other:?}"),
        }
    }

    /// The token is a session.
    pub(crate) async fn admits(&self, token: &Token) {
        self.call(token, WhoAmI {}).await.unwrap();
    }

    pub(crate) async fn close(self) {
        self.service.close().await;
        self.outbox.await.unwrap();
    }
}

pub(crate) fn mailbox(address: &str) -> Destination {
    Destination::Email(EmailAddress::parse(address).unwrap())
}

pub(crate) fn phone(number: &str) -> Destination {
    Destination::Sms(Mobile::from_e164(number).unwrap())
}

/// Looks until it is there.
pub(crate) async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come");
        sleep(Duration::from_millis(50)).await;
    }
}
