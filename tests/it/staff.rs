//! The staff of a practice: people who came by invitation, and the manager who helps them.

use vestibule::api::{
    AddPerson, Error, Invitation, MyMethods, Outcome, People, PeoplePage, PersonDetails, Redeem,
    RuleAsked, Secret, SetRule, Sort, SortBy, StatusFacts, Token, ViewPerson,
};
use vestibule::domain::{Role, Starts, Status, UserId};

use crate::clinic::{Clinic, PASSWORD, Person, Phone, as_written};

/// A reason that says something.
pub(crate) const REASON: &str = "lost her phone";

/// Mandatory, from now.
pub(crate) const MANDATORY_NOW: RuleAsked = RuleAsked::Mandatory { from: Starts::Now };

/// The Users table by name, from its beginning.
pub(crate) const BY_NAME: Sort = Sort {
    by: SortBy::Name,
    descending: false,
};

/// A practice whose manager is Enabled and has just proven afresh who sits there.
pub(crate) struct Desk {
    pub(crate) clinic: Clinic,
    pub(crate) phone: Phone,
    pub(crate) manager: Token,
    pub(crate) manager_id: UserId,
}

/// Somebody who came by invitation.
pub(crate) struct Colleague {
    pub(crate) id: UserId,
    pub(crate) email: String,
    /// The session that redeeming the invitation gave.
    pub(crate) token: Token,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let (clinic, phone) = Clinic::enabled().await;
        let manager = clinic.founder.clone();
        let manager_id = clinic.manager().id().await.parse().unwrap();
        Self {
            clinic,
            phone,
            manager,
            manager_id,
        }
    }

    /// A new step-up of the manager, with the next code.
    pub(crate) async fn freshen(&mut self) {
        self.clinic.clock.advance(60);
        let code = self.phone.code();
        let token = self.clinic.step_up(&self.manager, Some(&code)).await;
        self.manager = token.unwrap();
    }

    /// Signs the manager in anew, with the next code: for when the old session has ended.
    pub(crate) async fn return_manager(&mut self) {
        self.clinic.clock.advance(60);
        self.manager = self.clinic.manager().session_by(&self.phone).await;
    }

    pub(crate) async fn invite(&self, email: &str, role: Role) -> Result<Invitation, Error> {
        let call = AddPerson {
            name: "Sam Roe".into(),
            email: email.into(),
            role,
            send: false,
        };
        self.clinic.call(&self.manager, call).await
    }

    pub(crate) async fn redeem(&self, code: &Secret, password: &str) -> Result<Outcome, Error> {
        let call = Redeem {
            code: code.clone(),
            password: Secret::new(password),
        };
        self.clinic.backend.call(None, call).await
    }

    /// A colleague by a redeemed invitation.
    pub(crate) async fn colleague(&self, email: &str, role: Role) -> Colleague {
        let invitation = self.invite(email, role).await.unwrap();
        match self.redeem(&invitation.code, PASSWORD).await {
            Ok(Outcome::In(admitted)) => Colleague {
                id: admitted.me.user,
                email: email.into(),
                token: admitted.token,
            },
            other => panic!("not let in: {other:?}"),
        }
    }

    /// Somebody who came by invitation and has to set up two-factor first.
    pub(crate) async fn colleague_due(&self, email: &str, role: Role) -> UserId {
        let invitation = self.invite(email, role).await.unwrap();
        let redeemed = self.redeem(&invitation.code, PASSWORD).await;
        assert!(matches!(redeemed, Ok(Outcome::SetUp(_))), "{redeemed:?}");
        self.page(email).await.people.remove(0).user
    }

    /// The colleague at the sign-in screen.
    pub(crate) fn at_the_door(&self, colleague: &Colleague) -> Person<'_> {
        Person {
            clinic: &self.clinic,
            email: colleague.email.clone(),
            password: PASSWORD.into(),
        }
    }

    pub(crate) async fn view(&self, user: &UserId) -> PersonDetails {
        let user = user.clone();
        let call = ViewPerson { user };
        self.clinic.call(&self.manager, call).await.unwrap()
    }

    /// The status of a colleague, which the table, the dialog and the person must tell alike.
    pub(crate) async fn status(&self, colleague: &Colleague) -> Status {
        let details = self.view(&colleague.id).await;
        let page = self.page(&colleague.email).await;
        assert_eq!(page.people, std::slice::from_ref(&details.person));
        let own: Result<StatusFacts, Error> =
            self.clinic.call(&colleague.token, MyMethods {}).await;
        if let Ok(own) = own {
            assert_eq!(own.status, details.facts.status);
            assert_eq!(own.since, details.facts.since);
        }
        assert_eq!(details.person.status, details.facts.status);
        if details.facts.status == Status::Activated {
            assert_eq!(details.person.since, details.facts.since);
            assert_eq!(details.person.turned_on_by, details.facts.turned_on_by);
        }
        details.facts.status
    }

    /// The first page of a search.
    pub(crate) async fn page(&self, search: &str) -> PeoplePage {
        self.people(search, None, BY_NAME, None).await.unwrap()
    }

    pub(crate) async fn people(
        &self,
        search: &str,
        status: Option<Status>,
        sort: Sort,
        after: Option<String>,
    ) -> Result<PeoplePage, Error> {
        let search = search.to_owned();
        let call = People {
            search,
            status,
            away: false,
            sort,
            after,
            count: true,
        };
        self.clinic.call(&self.manager, call).await
    }

    pub(crate) async fn set_rule(&self, rule: RuleAsked) {
        self.clinic
            .call(&self.manager, SetRule { rule })
            .await
            .unwrap();
    }

    /// How many audit rows of a kind there are about somebody.
    pub(crate) async fn logged(&self, kind: &str, subject: &UserId) -> i64 {
        let query = format!(
            "SELECT COUNT(*) FROM events WHERE kind = '{kind}' AND subject = '{subject}'
             AND actor IS NOT NULL AND practice_id IS NOT NULL"
        );
        self.clinic.number(&query).await
    }

    /// The kinds of notices that somebody has, oldest first, each with who did it.
    pub(crate) async fn notices(&self, user: &UserId) -> Vec<(String, String)> {
        let query = format!(
            "SELECT kind, by_name FROM notices WHERE user_id = '{user}' ORDER BY at, {}",
            as_written()
        );
        let rows = self.clinic.sql(&query).await;
        rows.into_iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect()
    }
}
