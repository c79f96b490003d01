//! Codes by e-mail and SMS: the practice says how to send, a colleague signs in with both, and the
//! gateway fails in every way that it can.

use crate::app::App;
use crate::desk::Desk;
use crate::first_run::AMIRA;
use crate::post::{Gateway, Mailbox};
use crate::steps::{
    FocusOn, JONAS, add_person, create_practice, keep_recovery_codes, keep_recovery_key,
    leave_preferences, redeem, set_up_authenticator, sign_in, sign_out_from, submit_code,
};

/// Keys from the focus to the control that is meant.
mod way {
    /// Users: from the search back to **Delivery**, past **Sign out**, **Lock** and **Activity**.
    pub(super) const TO_DELIVERY: &str = "shift+Tab shift+Tab shift+Tab shift+Tab";
    /// Delivery: from the port past TLS and STARTTLS to **None**, and from there past the user name,
    /// the password and its eye to the sender, and past its name to **Save**.
    pub(super) const FROM_PORT_TO_NONE: &str = "Tab Tab Tab";
    pub(super) const FROM_NONE_TO_FROM: &str = "Tab Tab Tab Tab";
    /// Delivery: from the sender past its name, **Remove** and **Save** to **Send a test**, from
    /// there past six providers to **Other** and on to the gateway's address, then past method,
    /// content, body, user name, secret with its eye, countries and **More** to **Save**; then past
    /// the number and **Send a test** round to **Users**.
    pub(super) const FROM_FROM_TO_TEST: &str = "Tab Tab Tab Tab";
    pub(super) const FROM_TEST_TO_OTHER: &str = "Tab Tab Tab Tab Tab Tab Tab";
    pub(super) const FROM_OTHER_TO_GATEWAY: &str = "Tab";
    pub(super) const FROM_GATEWAY_TO_SAVE: &str = "Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab Tab";
    pub(super) const FROM_SAVE_TO_USERS: &str = "Tab Tab Tab";
    /// Methods to set up: from Google Authenticator to SMS, and on to Email.
    pub(super) const TO_SMS: &str = "Tab";
    pub(super) const TO_EMAIL_METHOD: &str = "Tab Tab";
}

#[test]
fn a_colleague_signs_in_by_email_and_by_sms_whatever_the_gateway_says() {
    let desk = Desk::with_movable_clock("messages");
    let (mailbox, gateway) = (Mailbox::start(&desk), Gateway::start(&desk));
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    keep_recovery_key(&app);
    set_up_authenticator(&app, &desk);
    open_delivery(&app, mailbox.port, gateway.port);
    assert_eq!(mailbox.count(), 1, "the test message");
    to_users_from_delivery(&app);
    let invitation = add_person(&app, &JONAS);
    sign_out_from(&app, FocusOn::AddPerson);

    redeem(&app, &invitation, &JONAS);
    app.wait_title("Users");
    app.wait_text("Not setup");
    // The focus stands on the cog.
    app.key("Return");
    app.wait_title("Authentication preferences");
    app.wait_text("Works without signal");
    let before = mailbox.count();
    set_up_sent(&app, "Email", None);
    app.wait_text("sent by email to j");
    app.wait_text("Handed to the provider");
    app.shot("set-up-email");
    submit_code(&app, &mailbox.code_after(before));
    keep_recovery_codes(&app);
    leave_preferences(&app);
    sign_out_from(&app, FocusOn::OwnCog);

    let before = mailbox.count();
    sign_in(&app, &JONAS);
    app.wait_text("sent by email to j");
    app.shot("code-by-email");
    submit_code(&app, &mailbox.code_after(before));
    prefer_sms(&app, &gateway);
    sign_out_from(&app, FocusOn::OwnCogUnderNotices);

    gateway.answers("nothing");
    let before = gateway.count();
    // The screen is there at once, whatever the gateway does.
    sign_in(&app, &JONAS);
    app.wait_text("sent by SMS to");
    app.wait_text("On its way to the provider");
    app.shot("gateway-has-not-answered");
    app.wait_text("The provider does not answer");
    app.shot("gateway-does-not-answer");
    gateway.answers("429");
    app.wait_text("The provider is too busy");
    app.shot("gateway-429");
    gateway.answers("500");
    app.wait_text("The provider answered with a fault");
    app.shot("gateway-500");
    gateway.answers("200");
    // Past **Submit** to **Send again**, once that may be pressed: the same code, without waiting for
    // the next try.
    app.wait_none_of(&["Send again in"]);
    app.keys("Tab Tab Return");
    app.wait_text("Handed to the provider");
    app.wait_none_of(&["tries left", "try left"]);
    app.shot("gateway-200");
    submit_code(&app, &gateway.code_after(before));
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    assert!(app.close_window().success());
}

/// Adds SMS to the e-mail, and has it asked for first.
fn prefer_sms(app: &App, gateway: &Gateway) {
    app.wait_title("Users");
    app.wait_text(JONAS.email);
    // The focus stands on the cog.
    app.key("Return");
    app.wait_title("Authentication preferences");
    app.wait_text("Another method");
    // The focus stands on **Done**; before it are **Turn off**, new codes and **Set up**.
    app.keys("shift+Tab shift+Tab shift+Tab Return");
    app.wait_text("Works without signal");
    let before = gateway.count();
    set_up_sent(app, "SMS", Some("0491 570 156"));
    app.wait_text("sent by SMS to");
    app.shot("set-up-sms");
    submit_code(app, &gateway.code_after(before));
    app.wait_text("Ask for this first");
    app.shot("two-methods");
    // And before those **Remove** and **Ask for this first** of the second method.
    app.keys("shift+Tab shift+Tab shift+Tab shift+Tab shift+Tab Return");
    app.wait_text("156, asked for first");
    app.key("Escape");
    app.wait_title("Users");
}

/// Says under Delivery how the practice sends, from the search of the Users page: mail and SMS to
/// these ports of this computer, without encryption; and sends a test by e-mail.
pub(crate) fn open_delivery(app: &App, mail: u16, sms: u16) {
    app.wait_title("Users");
    app.keys(way::TO_DELIVERY);
    app.key("Return");
    app.wait_title("Delivery");
    app.wait_text("codes by email cannot be sent");
    app.type_text("127.0.0.1");
    app.key("Tab");
    app.key("ctrl+a");
    app.type_text(&mail.to_string());
    app.keys(way::FROM_PORT_TO_NONE);
    app.key("space");
    app.keys(way::FROM_NONE_TO_FROM);
    app.type_text("codes@harbourphysio.example");
    app.key("Return");
    app.wait_text("The next code is sent this way");
    app.shot("delivery-email");
    app.keys(way::FROM_FROM_TO_TEST);
    app.key("Return");
    app.wait_text("Handed to the provider");
    app.shot("delivery-test");
    app.keys(way::FROM_TEST_TO_OTHER);
    app.key("space");
    // The form of the provider is drawn, and the focus is on the choice still.
    app.wait_title("Delivery");
    app.keys(way::FROM_OTHER_TO_GATEWAY);
    // What has the focus is scrolled to.
    app.wait_text("Address of the gateway");
    app.type_text(&format!("http://127.0.0.1:{sms}/send"));
    app.keys(way::FROM_GATEWAY_TO_SAVE);
    app.key("Return");
    app.wait_text("Goes to your own mobile");
    app.shot("delivery-sms");
}

/// From **Save** of the SMS gateway to the Users page.
pub(crate) fn to_users_from_delivery(app: &App) {
    app.keys(way::FROM_SAVE_TO_USERS);
    app.key("Return");
    app.wait_title("Users");
    app.wait_text(AMIRA.email);
}

/// Chooses a method whose codes are sent, from the first of the methods, and has the first code
/// sent to what is typed, or to what stands there.
fn set_up_sent(app: &App, method: &str, to: Option<&str>) {
    app.keys(match method {
        "SMS" => way::TO_SMS,
        _ => way::TO_EMAIL_METHOD,
    });
    app.key("space");
    app.wait_text(match method {
        "SMS" => "Mobile number",
        _ => "Email address",
    });
    if let Some(to) = to {
        app.type_text(to);
    }
    app.key("Return");
}
