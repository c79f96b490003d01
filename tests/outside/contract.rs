//! Attack 99: schemathesis reads the document that the server serves, and tries every call of it
//! with what it allows and what it does not.

use vestibule::api::{SignOut, Token};
use vestibule::domain::Role;

use crate::clinic::Clinic;
use crate::stage::staff::Desk;
use crate::{authority, printed, program, serve};

/// The calls that end the session which they are made with: tried last.
const ENDING: [&str; 2] = ["lock", "sign-out"];

/// Left out is that whatever the document allows is taken (an address of e-mail is more than a
/// text, and the service says so), and that whatever it does not allow is refused (a list is taken
/// for the object whose fields it holds in their order, which says nothing more than that object).
const LEFT_OUT: &str = "positive_data_acceptance,negative_data_rejection";

/// Tries every call as somebody, or as nobody.
async fn tried(at: &str, who: &str, token: Option<&Token>, ending: bool) {
    let long = std::env::var_os("VESTIBULE_TEST_LONG").is_some_and(|value| value == "1");
    let mut command = program("VESTIBULE_TEST_SCHEMATHESIS");
    command
        .args(["run", &format!("{at}/openapi.json"), "--checks", "all"])
        .args(["--exclude-checks", LEFT_OUT, "--warnings", "off"])
        .args(["--no-color", "--continue-on-failure"])
        .args(["--max-examples", if long { "100" } else { "4" }])
        .arg("--tls-verify")
        .arg(authority());
    if !long {
        // The same every time; the long run looks further.
        command.args(["--seed", "1", "--no-shrink"]);
    }
    for call in ENDING {
        let which = if ending { "include" } else { "exclude" };
        command.args([format!("--{which}-operation-id"), call.to_owned()]);
    }
    if let Some(token) = token {
        let header = format!("Authorization: Bearer {}", token.expose());
        command.args(["--header", &header]);
    }
    let (text, content) = printed(&mut command).await;
    assert!(content, "as {who}: {text}");
    assert!(text.contains(" passed"), "as {who}: {text}");
}

async fn standing(clinic: &Clinic, token: &Token) {
    clinic
        .admits(token)
        .await
        .expect("the session has ended: the rest was tried as nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_answers_what_is_not_declared() {
    let desk = Desk::new().await;
    let colleague = desk.colleague("sam@hills.example", Role::Reception).await;
    let (at, _serving) = serve(&desk.clinic.backend);
    let at = format!("https://{at}");
    tried(&at, "nobody", None, false).await;
    tried(&at, "reception", Some(&colleague.token), false).await;
    standing(&desk.clinic, &colleague.token).await;
    tried(&at, "the manager", Some(&desk.manager), false).await;
    standing(&desk.clinic, &desk.manager).await;
    tried(&at, "the manager at the end", Some(&desk.manager), true).await;
    // And it is a session no more, so that what was tried was tried in one.
    let left = desk.clinic.call(&desk.manager, SignOut {}).await;
    assert!(left.is_err(), "{left:?}");
}
