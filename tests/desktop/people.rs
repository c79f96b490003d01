//! A practice of two: somebody is added, comes in, sets up two-factor, loses the phone.

use std::time::Duration;

use crate::app::App;
use crate::desk::Desk;
use crate::steps::{
    FocusOn, JONAS, Person, add_person, back_to_search, create_practice, enter_password,
    keep_recovery_key, make_mandatory, open_add_person, open_settings_from_last_cog, press_last,
    redeem, reset_last, set_up_authenticator, set_up_because_it_is_due, set_up_in_preferences,
    show_everyone, sign_in, sign_out_from, submit_code,
};

const AMIRA: Person = Person {
    name: "Amira Lee",
    email: "amira@harbourphysio.example",
    password: "seven quiet lighthouses",
};

/// How long a completed sign-in counts as a step-up, and a little more.
const STEP_UP_COUNTS: Duration = Duration::from_secs(5 * 60 + 1);

#[test]
fn a_colleague_is_invited_comes_in_and_is_helped_after_losing_the_phone() {
    let desk = Desk::with_movable_clock("people");
    let app = desk.start_app(&[]);

    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    let mut amiras = set_up_authenticator(&app, &desk);

    // Within five minutes of the sign-in no step-up is asked.
    let code = add_person(&app, &JONAS);
    assert!(is_invitation(&code), "{code:?}");
    app.wait_text(JONAS.email);
    app.wait_text("Invited, has not joined yet");
    app.shot("users-invited");
    sign_out_from(&app, FocusOn::AddPerson);

    redeem(&app, &code, &JONAS);
    sees_own_row_only(&app);
    let mut jonases = set_up_in_preferences(&app, &desk);
    app.wait_text("Enabled");
    sign_out_from(&app, FocusOn::OwnCog);

    sign_in(&app, &JONAS);
    submit_code(&app, &jonases.next_code(&desk));
    sees_own_row_only(&app);
    sign_out_from(&app, FocusOn::OwnCogUnderNotices);

    sign_in(&app, &AMIRA);
    submit_code(&app, &amiras.next_code(&desk));
    app.wait_text(JONAS.email);
    app.shot("users-of-two");
    desk.advance(STEP_UP_COUNTS);
    make_mandatory(&app, &desk, &AMIRA, &mut amiras);
    app.wait_text(JONAS.email);
    // The step-up counts in its turn.
    reset_last(&app, &JONAS, "The phone fell into the harbour");
    app.wait_text("Activated");
    app.wait_text("today by Amira Lee");
    app.shot("users-after-reset");
    sign_out_from(&app, FocusOn::LastCogUnderNotices);

    enter_password(&app, &JONAS);
    set_up_because_it_is_due(&app, &desk);
    sees_own_row_only(&app);
    app.wait_text("Enabled");
    app.shot("in-again");

    assert!(app.close_window().success());
}

#[test]
fn a_small_window_shows_every_page_and_dialogs_give_the_focus_back() {
    let desk = Desk::with_movable_clock("small-window");
    let app = desk.start_app(&[]);

    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    set_up_authenticator(&app, &desk);
    app.wait_title("Users");
    app.resize(900, 600);
    app.wait_text(AMIRA.email);
    app.shot("users");

    app.type_text("nobody of this name");
    app.wait_text("Nobody matches");
    app.shot("nobody-found");
    show_everyone(&app);
    app.wait_text(AMIRA.email);

    // The search has the focus again.
    open_add_person(&app);
    app.key("Escape");
    back_to_search(&app);
    press_last(&app);
    app.wait_title("Authentication preferences");
    app.wait_text("New phone");
    app.shot("preferences");
    // The focus stands on Done.
    app.key("Return");
    app.wait_title("Users");
    open_settings_from_last_cog(&app);

    assert!(app.close_window().success());
}

/// Three groups of four in Crockford's base32.
fn is_invitation(code: &str) -> bool {
    let groups: Vec<&str> = code.split('-').collect();
    groups.len() == 3
        && groups.iter().all(|group| {
            group.len() == 4
                && group
                    .chars()
                    .all(|letter| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(letter))
        })
}

/// Without full access nobody else, no counts and no Settings are on the screen.
fn sees_own_row_only(app: &App) {
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    app.wait_none_of(&[
        AMIRA.name,
        AMIRA.email,
        "Settings",
        "Add a person",
        "Pending",
    ]);
    app.shot("own-row-only");
}
