//! Two-factor for the whole practice: a dry run, a start that spares the people at work, and a
//! colleague who is let in at the desk.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::Desk;
use crate::first_run::AMIRA;
use crate::messages::{open_delivery, to_users_from_delivery};
use crate::post::{Gateway, Mailbox};
use crate::steps::{
    FocusOn, JONAS, add_manager, add_person, create_practice, keep_recovery_key, open_add_person,
    open_settings_from_add, redeem, reset_last, set_up_authenticator, set_up_in_preferences,
    set_up_meanwhile, sign_in, sign_out_from, submit_code,
};

/// Keys from the focus to the control that is meant.
mod way {
    /// Settings: from **Optional** to **Mandatory**, on to **Tonight**, and past **On a date** to
    /// its time.
    pub(super) const TO_MANDATORY: &str = "Tab Tab";
    pub(super) const TO_TONIGHT: &str = "Tab Tab";
    pub(super) const TO_TIME: &str = "Tab Tab";
    /// From the time past **Save** to **Show details**, and back to **Save**.
    pub(super) const TO_DETAILS: &str = "Tab Tab";
    pub(super) const BACK_TO_SAVE: &str = "shift+Tab";
    /// The dry run: from **Done** back to **Send a test message**.
    pub(super) const TO_TESTS: &str = "shift+Tab";
    /// From **Mandatory** past the rules and **Cancel the start** back to **Sign out**.
    pub(super) const TO_SIGN_OUT: &str = "shift+Tab shift+Tab shift+Tab shift+Tab";
    /// Set up two-factor: from the methods to **Set up later**.
    pub(super) const TO_LATER: &str = "Tab";
    /// The code: past **Submit** to **Try another way**; among the ways past the recovery code.
    pub(super) const TO_WAYS: &str = "Tab Tab";
    pub(super) const TO_DESK: &str = "Tab";
    /// The desk code: from the password past its eye to the code.
    pub(super) const PAST_EYE: &str = "Tab Tab";
}

#[test]
fn mandatory_from_tonight_takes_a_colleague_at_work_to_the_set_up_and_back() {
    let desk = Desk::with_movable_clock("roll-out");
    let (mailbox, gateway) = (Mailbox::start(&desk), Gateway::start(&desk));
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    set_up_authenticator(&app, &desk);
    open_delivery(&app, mailbox.port, gateway.port);
    to_users_from_delivery(&app);
    let invitation = add_manager(&app, &JONAS);

    open_settings_from_add(&app);
    let bites = in_a_few_minutes(&desk);
    plan(&app, &desk, bites);
    // The address on file is tried before anybody is stopped.
    let before = mailbox.count();
    app.keys(way::TO_DETAILS);
    app.key("Return");
    app.wait_text(JONAS.email);
    app.keys(way::TO_TESTS);
    app.key("Return");
    app.wait_text("1 of 1 sent");
    app.shot("dry-run-tested");
    assert_eq!(mailbox.count(), before + 1);
    app.key("Escape");
    app.keys(way::BACK_TO_SAVE);
    app.key("Return");
    app.wait_text("Mandatory from");
    app.wait_text("Saved");
    app.shot("settings-pending");
    app.keys(way::TO_SIGN_OUT);
    app.key("Return");

    redeem(&app, &invitation, &JONAS);
    app.wait_title("Set up two-factor");
    app.wait_text("Until then you may leave it for later");
    app.shot("time-left");
    app.keys(way::TO_LATER);
    app.key("Return");
    app.wait_title("Users");
    app.wait_text(AMIRA.email);
    open_add_person(&app);
    app.type_text("Priya Shah");
    app.key("Tab");
    app.type_text("priya@harbourphysio.example");
    let left = bites.saturating_sub(desk.now());
    desk.advance(Duration::from_secs(left + 1));
    app.key("Return");
    set_up_meanwhile(&app, &desk);
    app.wait_title("Add a person");
    app.wait_text("priya@harbourphysio.example");
    app.shot("what-was-typed-is-kept");
    // The focus is in the name: what has the ring is hard to read in a picture.
    app.key("Tab");
    app.wait_text("Priya Shah");
    assert!(app.close_window().success());
}

/// A moment some minutes ahead, on a whole minute, in seconds.
fn in_a_few_minutes(desk: &Desk) -> u64 {
    (desk.now() / 60 + 3) * 60
}

/// Chooses Mandatory from a moment of tonight.
fn plan(app: &App, desk: &Desk, bites: u64) {
    app.keys(way::TO_MANDATORY);
    app.key("space");
    app.wait_text("Show details");
    app.shot("dry-run");
    app.keys(way::TO_TONIGHT);
    app.key("space");
    app.wait_text("On the practice");
    app.keys(way::TO_TIME);
    app.keys("ctrl+a");
    let zone = TimeZone::system();
    let at = jiff::Timestamp::from_second(i64::try_from(bites).unwrap()).unwrap();
    let today = jiff::Timestamp::from_second(i64::try_from(desk.now()).unwrap()).unwrap();
    let (at, today) = (zone.to_datetime(at), zone.to_datetime(today));
    assert_eq!(at.date(), today.date(), "not over midnight");
    app.type_text(&at.strftime("%H:%M").to_string());
}

#[test]
fn who_has_no_phone_today_is_let_in_and_tomorrow_helped() {
    let desk = Desk::with_movable_clock("desk-code");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    let mut amiras = set_up_authenticator(&app, &desk);
    let invitation = add_person(&app, &JONAS);
    sign_out_from(&app, FocusOn::AddPerson);
    redeem(&app, &invitation, &JONAS);
    set_up_in_preferences(&app, &desk);
    sign_out_from(&app, FocusOn::OwnCog);

    sign_in(&app, &JONAS);
    app.keys(way::TO_WAYS);
    app.key("Return");
    app.wait_text("Desk code");
    app.shot("ways");
    app.keys(way::TO_DESK);
    app.key("Return");
    app.wait_text("A colleague with full access lets you in here");
    app.type_text(AMIRA.email);
    app.key("Tab");
    app.type_text(AMIRA.password);
    app.keys(way::PAST_EYE);
    app.type_text(&amiras.next_code(&desk));
    app.key("Tab");
    app.type_text("His phone is at home");
    app.shot("desk-code");
    app.key("Return");
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    app.shot("let-in");

    // The session ended with the day; the phone is lost for good.
    desk.advance(Duration::from_secs(24 * 3_600));
    app.look_away();
    app.wait_title("Sign in");
    sign_in(&app, &AMIRA);
    submit_code(&app, &amiras.next_code(&desk));
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    reset_last(&app, &JONAS, "The phone is lost");
    sign_out_from(&app, FocusOn::LastCogUnderNotices);
    crate::steps::enter_password(&app, &JONAS);
    app.wait_title("Users");
    app.wait_text("about your account");
    set_up_in_preferences(&app, &desk);
    app.shot("in-again");
    assert!(app.close_window().success());
}
