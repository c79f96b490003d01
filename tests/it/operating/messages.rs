//! A practice's messages: tried from the machine itself, and who carries them looked at.

use vestibule::api::{Field, Secret, SetMail, SetSms, Token};
use vestibule::domain::{DeliveryFault, Kannel, SmsGateway};
use vestibule::service::Service;

use super::Machine;
use super::practices::{redeemed, service};
use crate::post::{Answer, Gateway, Mailbox, Reply};

/// The service over the database of a machine, and the session of its first person.
async fn founded(machine: &Machine, code: &str) -> (Service, Token) {
    let service = service(machine).await;
    let token = redeemed(&service, code).await.unwrap();
    (service, token)
}

/// A practice that sends by both ways, from a name.
async fn sending(machine: &Machine, mailbox: &Mailbox, gateway: &Gateway) {
    let code = machine.practice(&["first-user"], "Hills Clinic", "alex@hills.example");
    let (service, token) = founded(machine, &code).await;
    let call = SetMail {
        server: mailbox.server(),
        secret: Some(Secret::new("mail secret")),
    };
    service.call(Some(&token), call).await.unwrap();
    let kannel = Kannel {
        url: gateway.origin(),
        user: "clinic".to_owned(),
        sender: Some("HillsClinic".to_owned()),
    };
    let call = SetSms {
        gateway: SmsGateway::Kannel(kannel),
        secret: Some(Secret::new("gateway secret")),
        countries: None,
    };
    service.call(Some(&token), call).await.unwrap();
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_looks_at_who_carries_the_messages_of_each_practice() {
    let machine = Machine::new().await;
    let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
    let said = machine.run(&["check"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.out.contains("mail"), "nobody sends: {said:?}");
    sending(&machine, &mailbox, &gateway).await;
    let said = machine.run(&["check"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let line = said.line("ok     mail of Hills Clinic: ");
    assert!(line.ends_with("127.0.0.1 answers and lets us in"), "{line}");
    let line = said.line("ok     SMS of Hills Clinic: 127.0.0.1 answers");
    assert!(line.contains("send-test"), "{line}");
    let note = said.line("note   SMS of Hills Clinic: the sender “HillsClinic”: ");
    assert!(note.contains("SMS Sender ID Register"), "{note}");
    // It was a look: no letter, and no request with a number.
    assert!(mailbox.now().is_none());
    let asked = gateway.next().await;
    assert_eq!(asked.target, "/");
    assert!(gateway.now().is_none());

    mailbox.answer(Answer::BadPassword);
    gateway.answer(Reply::HangUp);
    let said = machine.run(&["check"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let line = said.line("WRONG  mail of Hills Clinic: ");
    assert!(line.contains("user name and password"), "{line}");
    assert!(line.contains("under Delivery"), "{line}");
    let line = said.line("WRONG  SMS of Hills Clinic: ");
    assert!(line.contains("does not answer"), "{line}");
    assert!(said.err.contains("2 things are wrong"), "{said:?}");
    for secret in ["mail secret", "gateway secret"] {
        assert!(!format!("{said:?}").contains(secret), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_goes_out_from_the_machine_and_says_what_became_of_it() {
    let machine = Machine::new().await;
    let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
    let to_sam = ["send-test", "--email", "sam@home.example"];
    let none = machine.run(&to_sam);
    assert_eq!(none.code, Some(1), "{none:?}");
    assert!(none.err.contains("No practice"), "{none:?}");
    sending(&machine, &mailbox, &gateway).await;

    let said = machine.run(&to_sam);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let told = "127.0.0.1 has taken a test message of Hills Clinic to sam@home.example.";
    assert!(said.out.starts_with(told), "{said:?}");
    let letter = mailbox.next().await;
    assert_eq!(letter.to, "sam@home.example");
    assert_eq!(letter.subject(), "Test message from Hills Clinic");

    gateway.answer(Reply::plain("202 Accepted", "0: Accepted for delivery"));
    let text = [
        "send-test",
        "--practice",
        "hills clinic",
        "--sms",
        "+61 491 570 156",
    ];
    let said = machine.run(&text);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("to 0491 570 156."), "{said:?}");
    let posted = gateway.next().await;
    assert_eq!(posted.to(), "+61491570156");
    assert!(posted.text().contains("test message from Hills Clinic"));

    gateway.answer(Reply::plain(
        "403 Forbidden",
        "Authorization failed for sendsms",
    ));
    let said = machine.run(&text);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
    gateway.next().await;
    assert!(said.err.starts_with("Not sent by 127.0.0.1: "), "{said:?}");
    assert!(said.err.contains("user name and password"), "{said:?}");
    mailbox.answer(Answer::NoSuchPerson);
    let said = machine.run(&to_sam);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("does not accept this address"),
        "{said:?}"
    );

    // What cannot be meant is said, and nothing goes out.
    for (arguments, word) in [
        (
            &["--practice", "Vale", "--email", "a@b.example"][..],
            "No practice",
        ),
        (&["--email", "nobody"], "nobody cannot be sent to"),
        (&["--sms", "02 5550 1234"], "not a mobile number"),
    ] {
        let said = machine.run(&[&["send-test"], arguments].concat());
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.contains(word), "{said:?}");
    }
    for arguments in [&[][..], &["--email", "a@b.example", "--sms", "0491570156"]] {
        let said = machine.run(&[&["send-test"], arguments].concat());
        assert_eq!(said.code, Some(2), "{said:?}");
    }
    assert!(mailbox.now().is_none() && gateway.now().is_none());

    machine.practice(&["practice", "add"], "Vale Clinic", "kim@vale.example");
    let said = machine.run(&to_sam);
    assert!(said.err.contains("name one by --practice"), "{said:?}");
    let ids = said
        .err
        .lines()
        .filter(|line| line.starts_with("  "))
        .count();
    assert_eq!(ids, 2, "{said:?}");
    let vale = machine.run(&[&to_sam[..], &["--practice", "Vale Clinic"]].concat());
    assert!(vale.err.contains("sends no mail"), "{vale:?}");
}

/// Activity has it, though nobody of the practice did it.
#[tokio::test(flavor = "multi_thread")]
async fn a_test_message_from_the_machine_stands_in_activity() {
    let machine = Machine::new().await;
    let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
    sending(&machine, &mailbox, &gateway).await;
    let said = machine.run(&["send-test", "--email", "sam@home.example"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'delivery_tested' AND actor IS NULL";
    assert_eq!(machine.place.sql(told).await, [["1"]]);
}

/// Attack 66: where whoever runs the server has not opened its own computer, no practice sends through
/// it, neither by what was set before nor by what is set now.
#[tokio::test(flavor = "multi_thread")]
async fn the_servers_own_computer_is_closed_to_practices_unless_it_is_opened() {
    let machine = Machine::new().await;
    let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
    sending(&machine, &mailbox, &gateway).await;
    let config = std::fs::read_to_string(machine.path("server.toml")).unwrap();
    let closed = config.replace("[delivery]\nthis_computer = true\n", "");
    assert_ne!(closed, config);
    std::fs::write(machine.path("server.toml"), closed).unwrap();
    for to in [["--email", "sam@home.example"], ["--sms", "0491570156"]] {
        let said = machine.run(&[&["send-test"], &to[..]].concat());
        assert_eq!(said.code, Some(1), "{said:?}");
        assert!(said.err.contains("this_computer = true"), "{said:?}");
    }
    let said = machine.run(&["check"]);
    said.line("WRONG  mail of Hills Clinic");
    said.line("WRONG  SMS of Hills Clinic");
    assert!(mailbox.now().is_none() && gateway.now().is_none());

    let code = machine.practice(&["practice", "add"], "Vale Clinic", "jo@vale.example");
    let service = service(&machine).await.sending_through_others();
    let jo = redeemed(&service, &code).await.unwrap();
    let here = Err(Field::Delivery.cannot_be(DeliveryFault::Here));
    let call = SetMail {
        server: mailbox.server(),
        secret: Some(Secret::new("mail secret")),
    };
    assert_eq!(service.call(Some(&jo), call).await.map(drop), here);
    let call = SetSms {
        gateway: gateway.settings().into(),
        secret: Some(Secret::new("gateway secret")),
        countries: None,
    };
    assert_eq!(service.call(Some(&jo), call).await.map(drop), here);
    service.close().await;
}
