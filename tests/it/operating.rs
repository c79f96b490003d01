//! The built server program over a file: its messages, and its look at who carries them.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use secrecy::SecretString;
use vestibule::api::{Outcome, Redeem, Secret, SetMail, SetSms, Token};
use vestibule::delivery::{Patience, Post};
use vestibule::domain::{Kannel, SmsGateway};
use vestibule::service::{HashCost, Keys, Service, SystemClock, SystemRandom};
use vestibule::store::Store;

use crate::clinic::PASSWORD;
use crate::post::{Answer, Gateway, Mailbox, Reply};

/// A machine with a server, which does not serve.
struct Machine {
    folder: tempfile::TempDir,
}

/// What a command said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn line(&self, begin: &str) -> &str {
        let mut lines = self.out.lines().filter(|line| line.starts_with(begin));
        let line = lines.next();
        assert!(lines.next().is_none(), "two of {begin}: {self:?}");
        line.unwrap_or_else(|| panic!("no {begin}: {self:?}"))
    }
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let config = format!(
            "[listen]\naddress = \"127.0.0.1:0\"\nplain_http = true\n\
             [database]\nurl = \"sqlite://{}\"\n",
            machine.path("vestibule.db").display()
        );
        std::fs::write(machine.path("server.toml"), config).unwrap();
        let keys = machine.run_with(None, &["make-keys"]).out;
        std::fs::write(machine.path("keys"), keys).unwrap();
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn keys(&self) -> String {
        std::fs::read_to_string(self.path("keys")).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(Some(self.keys()), arguments)
    }

    fn run_with(&self, keys: Option<String>, arguments: &[&str]) -> Said {
        let mut program = Command::new(env!("CARGO_BIN_EXE_vestibule-server"));
        program
            .env_clear()
            .args(arguments)
            .arg("--config")
            .arg(self.path("server.toml"))
            .stdin(Stdio::null());
        if let Some(keys) = keys {
            program.env("VESTIBULE_KEYS", keys.trim());
        }
        let output = program.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// A practice and the session of its first person.
    async fn practice(&self, command: &[&str], name: &str, email: &str) -> (Service, Token) {
        let named = ["--practice", name, "--name", "Alex Lee", "--email", email];
        let said = self.run(&[command, &named].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        let code = said.out.lines().find(|line| line.starts_with("    "));
        let store = Store::open(&self.path("vestibule.db")).await.unwrap();
        let service = Service::new(
            store,
            Keys::parse(&SecretString::from(self.keys().trim())).unwrap(),
            Arc::new(SystemClock),
            Arc::new(SystemRandom),
            HashCost::OWASP,
            Arc::new(Post::new(Patience::default()).unwrap()),
        );
        let service = service.unwrap();
        let redeem = Redeem {
            code: Secret::new(code.unwrap().trim()),
            password: Secret::new(PASSWORD),
        };
        match service.call(None, redeem).await {
            Ok(Outcome::In(admitted)) => (service, admitted.token),
            other => panic!("not let in: {other:?}"),
        }
    }
}

/// A practice that sends by both ways, from a name.
async fn sending(machine: &Machine, mailbox: &Mailbox, gateway: &Gateway) {
    let (service, token) = machine
        .practice(&["first-user"], "Hills Clinic", "alex@hills.example")
        .await;
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
    };
    service.call(Some(&token), call).await.unwrap();
    service.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_looks_at_who_carries_the_messages_of_each_practice() {
    let machine = Machine::new();
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
    let machine = Machine::new();
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

    let vale = ["practice", "add"];
    let (service, _) = machine
        .practice(&vale, "Vale Clinic", "kim@vale.example")
        .await;
    service.close().await;
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
    let machine = Machine::new();
    let (mailbox, gateway) = (Mailbox::start().await, Gateway::start().await);
    sending(&machine, &mailbox, &gateway).await;
    let said = machine.run(&["send-test", "--email", "sam@home.example"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let file = sqlx::sqlite::SqliteConnectOptions::new().filename(machine.path("vestibule.db"));
    let mut file = sqlx::ConnectOptions::connect(&file).await.unwrap();
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM events WHERE kind = 'delivery_tested' AND actor IS NULL",
    )
    .fetch_one(&mut file)
    .await
    .unwrap();
    assert_eq!(count, 1);
}
