use super::*;
use crate::api::Unreached;
use crate::backend::Kept;
use crate::backend::staged::Staged;
use crate::gui::door::Door;

/// The dialog as it comes up.
fn dialog() -> State {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let practice = runtime.block_on(Staged::new());
    let door = Door::new(
        practice.backend.clone(),
        Kept::new(practice.keychain.clone()),
    );
    State::new(Session::new(&door, &practice.founded.admitted)).0
}

/// The dialog of somebody who has both an app and SMS, of which this is asked for.
fn asking(method: MethodKind) -> State {
    let mut dialog = dialog();
    let _ = dialog.update(Message::Asked(Ok(asked(method))));
    dialog
}

fn asked(method: MethodKind) -> StepUpAsked {
    StepUpAsked {
        method: Some(method),
        sent: None,
        ways: Vec::new(),
        recovery: false,
    }
}

fn ends(action: &Action) -> bool {
    matches!(action, Action::Ended(_))
}

#[test]
fn an_answer_from_before_another_method_was_asked_for_is_late() {
    let mut dialog = asking(MethodKind::Sms);
    let _ = dialog.update(Message::Tick);
    let _ = dialog.update(Message::Try(MethodKind::Authenticator));
    // A code that is typed now is for a method that has not come.
    let _ = dialog.update(Message::Password(password::Message::Typed(Secret::new(
        "x",
    ))));
    let _ = dialog.update(Message::CodeTyped(Secret::new("123456")));
    let _ = dialog.update(Message::Submit);
    assert!(!dialog.busy);
    let _ = dialog.update(Message::Asked(Ok(asked(MethodKind::Authenticator))));
    let _ = dialog.update(Message::Now(Ok(asked(MethodKind::Sms))));
    assert_eq!(dialog.method(), Some(MethodKind::Authenticator));
    let _ = dialog.update(Message::Submit);
    assert!(dialog.busy);
}

#[test]
fn what_is_asked_each_second_and_fails_changes_nothing_that_was_told() {
    let mut dialog = asking(MethodKind::Sms);
    let wrong = Error::CodeWrong { tries_left: 4 };
    let _ = dialog.update(Message::Answered(Err(wrong.clone())));
    dialog.busy = true;
    let unreached = Error::Unreached {
        why: Unreached::NoAnswer,
    };
    assert!(!ends(&dialog.update(Message::Now(Err(unreached)))));
    assert!(dialog.busy);
    assert_eq!(dialog.error, Some(wrong));
    assert!(ends(&dialog.update(Message::Now(Err(Error::Locked)))));
}

/// What is asked for is known before anything is submitted: the field of a code is there then.
#[test]
fn nothing_is_submitted_before_it_is_known_what_is_asked_for() {
    let mut dialog = dialog();
    let typed = password::Message::Typed(Secret::new("x"));
    let _ = dialog.update(Message::Password(typed));
    let _ = dialog.update(Message::Submit);
    assert!(!dialog.busy);
    // Without an answer it is tried all the same: the backend says what is missing.
    let _ = dialog.update(Message::Asked(Err(Error::Busy { retry_after: 2 })));
    let _ = dialog.update(Message::Submit);
    assert!(dialog.busy);
    let _ = dialog.update(Message::Answered(Err(Error::CodeWrong { tries_left: 4 })));
    let _ = dialog.update(Message::Submit);
    assert!(!dialog.busy);
    let _ = dialog.update(Message::Asked(Ok(asked(MethodKind::Authenticator))));
    assert!(dialog.asks_code() && dialog.error.is_some());
}

/// What was said of the code before says nothing of the one that was sent since.
#[test]
fn a_code_that_is_sent_again_clears_what_was_said_of_the_one_before() {
    let mut dialog = asking(MethodKind::Sms);
    let ended = Error::CodeEnded { tries_left: 4 };
    let _ = dialog.update(Message::Answered(Err(ended)));
    let _ = dialog.update(Message::SendAgain);
    assert!(dialog.error.is_some());
    let _ = dialog.update(Message::Asked(Ok(asked(MethodKind::Sms))));
    assert_eq!(dialog.error, None);
}
