//! What goes between the window and the keyring, away from the window's thread.

use iced::Task;

use super::{Event, Message};
use crate::api::{Error, Greet, KnowComputer, SignOut, WhoAmI};
use crate::backend::{Backend, Embedded, Kept, Known};
use crate::domain::UserId;
use crate::gui::door::{Door, Session};
use crate::keychain::Fault;

/// What was kept.
#[derive(Clone, Debug)]
pub struct Recalled {
    pub(super) door: Door,
    pub(super) people: Vec<Known>,
    pub(super) here: Here,
    pub(super) unkept: Option<Fault>,
}

/// Whose session goes on.
#[derive(Clone, Debug)]
pub(super) enum Here {
    Nobody,
    Open(Session),
    Locked(Door, Known),
    Ended(Error),
}

/// Looks for what is kept of this backend, and asks it for the session that is.
pub(super) async fn recall(backend: Backend, place: Option<Embedded>, kept: Kept) -> Recalled {
    let kept = match backend.identity().await {
        Ok(identity) => kept.bound_to(identity),
        // Without it nothing is read or written under a wrong name.
        Err(_) => kept,
    };
    let door = Door::new(backend, kept.clone()).at(place);
    let mut found = Recalled {
        door: door.clone(),
        people: Vec::new(),
        here: Here::Nobody,
        unkept: None,
    };
    let greeted = keep_no_names(&door).await;
    let last = async {
        let people = kept.people().await?;
        let token = match people.first() {
            Some(known) => kept.session(&known.user).await?,
            None => None,
        };
        Ok((people, token))
    };
    let (people, token) = match last.await {
        Ok(found) => found,
        Err(fault) => {
            found.unkept = Some(fault);
            return found;
        }
    };
    if let (Some(who), Some(token)) = (people.first(), token) {
        found.here = match greeted {
            // Nobody waits for the same silence twice.
            Err(error @ Error::Unreached { .. }) => Here::Ended(error),
            _ => resume(door.with(token), who.clone()).await,
        };
    }
    found.people = people;
    found
}

/// Where a practice has it so, nobody stays on the list by name whose session is not kept.
async fn keep_no_names(door: &Door) -> Result<(), Error> {
    if !door.call(Greet {}).await?.keeps_names {
        // A keyring that does not take it is told of where something is to be kept.
        let _ = door.kept().forget_names().await;
    }
    Ok(())
}

async fn resume(door: Door, who: Known) -> Here {
    match door.call(WhoAmI {}).await {
        Ok(me) => Here::Open(Session { door, me }),
        Err(Error::Locked) => Here::Locked(door, who),
        Err(error) => {
            if error == Error::NotSignedIn {
                // What the keyring holds is dead; the next sign-in writes another.
                let _ = door.kept().left(&who.user).await;
            }
            Here::Ended(error)
        }
    }
}

/// Keeps the session's token.
pub(super) fn keep(session: &Session) -> Task<Message> {
    let (kept, who) = (session.door.kept().clone(), Known::from(&session.me));
    let Some(token) = session.door.token() else {
        return Task::none();
    };
    Task::future(async move {
        let done = kept.arrived(&who, &token).await;
        let people = kept.people().await.unwrap_or_default();
        Message::Room(Event::Kept(done, people))
    })
}

/// Makes the person known on this computer.
pub(super) fn know_computer(session: &Session) -> Task<Message> {
    let (door, user) = (session.door.clone(), session.me.user.clone());
    Task::future(async move {
        let computer = door.kept().computer(&user).await;
        if let Ok(known) = door.call(KnowComputer { computer }).await
            && let Some(new) = known.computer
        {
            // Not kept, it is no worse than a computer that nobody knows.
            let _ = door.kept().keep_computer(&user, &new).await;
        }
        Message::Room(Event::Done)
    })
}

/// Takes a session out of the keyring, and ends it on the backend.
pub(super) fn end(door: Door, user: UserId) -> Task<Message> {
    let from = door.clone();
    let forget = Task::future(async move {
        let done = from.kept().left(&user).await;
        // Not reached, it is made up for at the next start.
        let _ = keep_no_names(&from).await;
        Message::Room(Event::Kept(done, Vec::new()))
    });
    Task::batch([forget, leave(door)])
}

/// Ends a session, or a sign-in that waits, on the backend.
pub(in crate::gui) fn leave(door: Door) -> Task<Message> {
    Task::future(async move {
        let answer = door.call(SignOut {}).await.map(|_| ());
        Message::Room(Event::Left(Box::new(door), answer))
    })
}
