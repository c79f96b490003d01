//! The panel of the demo beside a screen.

use std::sync::Arc;

use crate::backend::demo::Demo;
use crate::gui::tests::Stage;
use crate::gui::{Message, demo};
use crate::keychain::Home;

pub(super) fn sign_in() -> Stage {
    let mut stage = Stage::new();
    let demo = Demo::new().unwrap();
    stage.app.demo = Some(demo::State::new(Arc::new(demo)));
    let mut stage = stage.open(Home::Keyring);
    let sent = |to: &str, subject: Option<&str>, text: &str| demo::Sent {
        to: to.into(),
        subject: subject.map(str::to_owned),
        text: text.into(),
    };
    let text = "123 456 is your code to sign in at Hills Clinic.";
    stage.said(Message::Demo(demo::Shown {
        messages: vec![
            sent("+61491570156", None, text),
            sent(
                "sam@hills.example",
                Some("Your code for Hills Clinic"),
                text,
            ),
        ],
        codes: vec![("Alex Lee".into(), "004921".into())],
    }));
    stage.settle();
    stage
}
