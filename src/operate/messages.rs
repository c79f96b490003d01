//! Messages from the machine itself: a test message, and a look at who carries them.

use clap::Args;

use super::sentence;
use crate::domain::{Channel, Destination, EmailAddress, Mobile, NotSent};
use crate::service::{NotReached, Reached, Service, Tried, TryFault};
use crate::words;

/// A test message.
#[derive(Clone, Debug, Args)]
pub(super) struct SendTest {
    /// The practice, by its name or its id; left out where there is one
    #[arg(long)]
    practice: Option<String>,
    /// The address that an e-mail goes to; this or --sms is needed
    #[arg(long, required_unless_present = "sms", conflicts_with = "sms")]
    email: Option<String>,
    /// The mobile number that a text message goes to; this or --email is needed
    #[arg(long)]
    sms: Option<String>,
}

impl SendTest {
    fn destination(&self) -> Result<Destination, String> {
        if let Some(typed) = &self.sms {
            return Mobile::of_any_country(typed)
                .map(Destination::Sms)
                .map_err(|fault| format!("{typed} cannot be sent to: {fault}."));
        }
        let typed = self.email.as_deref().unwrap_or_default();
        let address = EmailAddress::parse(typed);
        address
            .map(Destination::Email)
            .map_err(|fault| format!("{typed} cannot be sent to: {fault}."))
    }
}

/// Sends a test message, and says what the provider made of it.
pub(super) async fn send_test(service: &Service, test: SendTest) -> Result<(), String> {
    let to = test.destination()?;
    let (channel, shown) = (to.channel(), shown(&to));
    let tried = service.send_test(test.practice.as_deref(), to).await;
    let Tried {
        practice,
        provider,
        went,
    } = tried.map_err(|fault| not_tried(fault, channel))?;
    if let Err(why) = went {
        let (said, advice) = (words::not_sent(why), advice(why, channel));
        return Err(format!("Not sent by {provider}: {said} {advice}"));
    }
    say!("{provider} has taken a test message of {practice} to {shown}.");
    say!("{}", after(channel));
    Ok(())
}

fn shown(to: &Destination) -> String {
    match to {
        Destination::Email(address) => address.as_str().to_owned(),
        Destination::Sms(mobile) => mobile.national(),
    }
}

fn not_tried(fault: TryFault, channel: Channel) -> String {
    match fault {
        TryFault::NoPractice => "No practice has this name or id.".into(),
        TryFault::Which(practices) => {
            let named = practices
                .iter()
                .map(|(name, id)| format!("\n  {id}  {name}"));
            format!(
                "More than one practice may be meant: name one by --practice.{}",
                named.collect::<String>()
            )
        }
        TryFault::Call(crate::api::Error::NotAllowed {
            why: crate::domain::NotAllowed::NotConfigured,
        }) => format!(
            "The practice sends no {}: somebody with full access sets it under Delivery.",
            name(channel)
        ),
        TryFault::Closed => format!("Not sent: {CLOSED}."),
        TryFault::Call(error) => sentence(error),
    }
}

/// What is said where whoever runs the server has not opened it.
const CLOSED: &str = "it is on this computer, through which no practice sends: \
                      `this_computer = true` in [delivery] opens it";

/// What is left to see once a provider has taken a message.
const fn after(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => {
            "If it does not come within some minutes, look among the spam, and whether the domain \
             of the sender lets this server send for it (SPF, DKIM)."
        }
        Channel::Sms => {
            "If it does not come within a minute, the provider's own list of messages says why."
        }
    }
}

/// A line of `check`: of what, what was found, and what is to be known besides.
pub(super) struct Line {
    pub(super) what: String,
    pub(super) found: Result<String, String>,
    pub(super) note: Option<String>,
}

/// Looks at whoever carries the messages of each practice; no message is sent.
pub(super) async fn lines(service: &Service) -> Result<Vec<Line>, String> {
    let all = service.reach_deliveries().await.map_err(sentence)?;
    Ok(all.into_iter().map(line).collect())
}

fn line(reached: Reached) -> Line {
    let Reached {
        practice,
        channel,
        provider,
        sender,
        went,
    } = reached;
    let found = match went {
        Ok(()) => Ok(match channel {
            Channel::Email => format!("{provider} answers and lets us in"),
            Channel::Sms => format!("{provider} answers; `send-test` shows whether it sends"),
        }),
        Err(NotReached::Provider(why)) => {
            let (said, advice) = (words::not_sent(why), advice(why, channel));
            Err(format!("{provider}: {said} {advice}"))
        }
        Err(NotReached::Closed) => Err(format!("{provider}: {CLOSED}")),
        Err(NotReached::Damaged) => Err(
            "its settings or its secret cannot be read: somebody with full access sets it again \
             under Delivery"
                .into(),
        ),
    };
    let note = sender.map(|(name, advice)| {
        let advice = words::sender_advice(advice);
        format!("the sender “{name}”: {advice}")
    });
    Line {
        what: format!("{} of {practice}", name(channel)),
        found,
        note,
    }
}

const fn name(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "mail",
        Channel::Sms => "SMS",
    }
}

/// What to do about it.
const fn advice(why: NotSent, channel: Channel) -> &'static str {
    match (why, channel) {
        (NotSent::Unreachable, Channel::Email) => {
            "Look at host and port under Delivery, and whether this machine may go there."
        }
        (NotSent::Unreachable, Channel::Sms) => {
            "Look at the address under Delivery, and whether this machine may go there."
        }
        (NotSent::NoAnswer, _) => {
            "Try once more. If it stays so, look at the port, and at a firewall on the way."
        }
        (NotSent::Certificate, _) => {
            "It has to be of that very host, in date, and of an authority that this machine trusts."
        }
        (NotSent::NotEncrypted, Channel::Email) => {
            "Choose TLS (mostly port 465) or STARTTLS (mostly port 587) under Delivery; no other \
             computer is spoken to without."
        }
        (NotSent::NotEncrypted, Channel::Sms) => {
            "The address under Delivery has to begin with https:// and lead to a port with TLS."
        }
        (NotSent::Credentials, _) => {
            "Enter them again under Delivery; some providers want a key or password made for this."
        }
        (NotSent::Refused, Channel::Email) => {
            "Try another address. Some servers send for addresses of their own alone."
        }
        (NotSent::Refused, Channel::Sms) => {
            "Look whether the number is in service, and whether its owner has answered STOP."
        }
        (NotSent::Busy, _) => {
            "Try again in some minutes. If it stays so, ask the provider what may be sent."
        }
        (NotSent::Faulty, Channel::Email) => {
            "Look at the sender's address under Delivery, and at the log of the server."
        }
        (NotSent::Faulty, Channel::Sms) => {
            "Look at the settings under Delivery, the credit left, and the provider's own list."
        }
    }
}
