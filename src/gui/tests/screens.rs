//! Every screen, brought about as a person would bring it about.

mod demo;
pub(super) mod first_run;
pub(super) mod import;
pub(super) mod messages;
pub(super) mod own;
pub(super) mod people;
pub(super) mod practices;
pub(super) mod roll_out;
pub(super) mod settings;
pub(super) mod stopped;
pub(super) mod trouble;
mod visited;

use iced::keyboard::key::Named;

use super::delivery::pages as delivery;
use super::manage::manage;
use super::{Stage, activity, connect, keeping, lock, moving, remembered};
use crate::api::{RuleAsked, SetRule, Token, TurnOn, WhoAmI};
use crate::backend::staged::{MANAGER, Phone};
use crate::domain::{Role, Starts};
use crate::gui::live::Event;
use crate::gui::{Message, SMALLEST};
use crate::keychain::{Fault, Home};

pub(super) use visited::visited;

/// A screen: its name, and how one gets there.
type Shown = (&'static str, fn() -> Stage);

/// All of them.
const SCREENS: &[Shown] = &[
    ("opening", Stage::new),
    ("first-run", first_run::first_run),
    ("connect", connect::form),
    ("connect-wrong", || connect::refused("http://hills.example")),
    ("connect-not-trusted", connect::not_trusted),
    ("connect-alone", connect::alone),
    ("settings-damaged", connect::damaged),
    ("server-lost", connect::lost),
    ("recovery-key", first_run::recovery_key),
    ("recovery-key-tick", first_run::recovery_key_without_tick),
    ("recovery-key-print", first_run::recovery_key_to_print),
    (
        "recovery-key-no-printer",
        first_run::recovery_key_without_printer,
    ),
    ("sign-in", Stage::opened),
    ("sign-in-wrong", sign_in_wrong),
    ("sign-in-demo", demo::sign_in),
    ("sign-in-forgot", sign_in_forgot),
    ("forgot-email", people::forgot),
    ("code-barred", || people::barred(false)),
    ("code-barred-recovery", || people::barred(true)),
    ("no-keyring", no_keyring),
    ("sign-in-switch", lock::switching),
    ("lock", lock::locked),
    ("lock-wrong", lock::locked_wrong),
    ("lock-countdown", lock::counting_down),
    ("keyring-locked", || without_keyring(Fault::Locked)),
    ("keyring-missing", || without_keyring(Fault::Missing)),
    ("redeem", redeem),
    ("redeem-wrong", redeem_wrong),
    ("code", || Stage::at_code().0),
    ("code-wrong", code_wrong),
    ("code-remember", || remembered::ticked().0),
    ("code-sms", messages::code_sms),
    ("code-sms-ended", messages::code_sms_ended),
    ("code-ways", messages::code_ways),
    ("code-desk", super::code::at_desk),
    ("code-recovery", messages::code_recovery),
    ("code-recovery-wrong", messages::code_recovery_wrong),
    ("recovery-used", messages::recovery_used),
    ("recovery-codes", messages::recovery_codes),
    ("recovery-codes-few", super::account::few_codes),
    ("set-up-sms", messages::set_up_sms),
    ("set-up-sms-wrong", messages::set_up_sms_wrong),
    ("set-up-sent", messages::set_up_sent),
    ("own-methods", messages::own_methods),
    ("step-up-sms", messages::step_up_sms),
    ("account", messages::account),
    ("account-address", messages::account_address),
    ("account-remembered", remembered::listed),
    ("account-new-email", people::new_email),
    ("account-place", practices::offered),
    ("account-place-accepted", practices::accepted),
    ("switch", practices::switch),
    ("account-password-wrong", messages::account_password_wrong),
    ("set-up-due", set_up_due),
    ("set-up-offered", set_up_offered),
    ("set-up-meanwhile", super::meanwhile::due),
    ("set-up-scan", set_up_scan),
    ("users", || users().0),
    ("users-narrow", users_narrow),
    ("users-nobody", users_nobody),
    ("users-reception", users_reception),
    ("users-stopped", stopped::table),
    ("users-selected", super::several::selected),
    ("several", super::several::dialog),
    ("several-refused", super::several::refused),
    ("own-not-setup", own::not_setup),
    ("own-turned-on", super::account::turned_on),
    ("own-enabled", own::enabled),
    ("own-turn-off", own::turn_off),
    ("own-new-phone", own::new_phone),
    ("own-replace", super::account::replacing),
    ("settings-move", moving::offered),
    ("moving", moving::asked),
    ("moving-refused", moving::refused),
    ("moving-done", moving::moved),
    ("moving-not-written", moving::not_written),
    ("manage", || manage("Ella Smith")),
    ("manage-enabled", || manage("Bella Nguyen")),
    ("manage-invited", || manage("Farid Haddad")),
    ("manage-question", super::manage::question),
    ("manage-turn-on", super::manage::turning_on),
    ("manage-turned-on", super::manage::turned_on),
    ("manage-account", people::account),
    ("manage-account-role", || people::form("Change the role")),
    ("manage-account-dates", people::dates_wrong),
    ("manage-account-code", people::code),
    ("manage-account-email", people::email_wrong),
    ("manage-account-deactivate", || people::form("Deactivate")),
    ("users-dates", people::locum),
    ("users-away", people::away),
    ("manage-away", people::managed_away),
    ("import", || import::dialog().0),
    ("import-wrong", import::no_list),
    ("import-read", || import::read().0),
    ("import-done", import::done),
    ("add-person", people::add_person),
    ("add-person-wrong", people::add_person_wrong),
    ("add-person-mail", people::add_with_mail),
    ("invitation-sent", people::invitation_sent),
    ("invitation", people::invitation),
    ("roll-out", roll_out::page),
    ("roll-out-reminded", roll_out::reminded),
    ("roll-out-narrow", roll_out::narrow),
    ("settings", || settings::page().0),
    ("settings-mandatory", settings::mandatory),
    ("settings-tonight", settings::tonight),
    ("settings-date-wrong", settings::date_wrong),
    ("settings-pending", settings::pending),
    ("settings-history", settings::history),
    ("settings-would-stop", settings::would_stop),
    ("settings-away", settings::away),
    ("settings-narrowing", settings::narrowing),
    ("settings-narrows", settings::narrows),
    ("settings-narrow", settings::narrow),
    ("settings-limits-wrong", || settings::limits("4")),
    ("settings-limits-saved", || settings::limits("20")),
    ("settings-computers", remembered::in_settings),
    ("settings-computers-wrong", || remembered::setting("45")),
    ("step-up", step_up),
    ("delivery", || delivery::page().0),
    ("delivery-set", || delivery::set().0),
    ("delivery-wrong", delivery::wrong),
    ("delivery-clears", delivery::clears),
    ("delivery-take-away", delivery::asked),
    ("delivery-test", delivery::tested),
    ("delivery-test-wrong", delivery::tested_wrong),
    ("delivery-sms", delivery::sms),
    ("delivery-more", delivery::more),
    ("delivery-known", delivery::known),
    ("delivery-region", delivery::region),
    ("delivery-twilio", delivery::twilio),
    ("delivery-narrow", delivery::narrow),
    ("activity", || activity::page().0),
    ("activity-narrow", activity::narrow),
    ("activity-checked", activity::checked),
    ("activity-misfit", activity::misfit),
    ("activity-nothing", activity::nothing),
    ("activity-day-wrong", activity::day_wrong),
    ("statement", || activity::statement().0),
    ("statement-wrong", activity::statement_wrong),
    ("unlock-wrong", keeping::unlock_wrong),
    ("unlock-locked", keeping::unlock_locked),
    ("new-key-question", keeping::new_key_question),
    ("new-key", keeping::new_key),
    ("new-key-tick", keeping::new_key_without_tick),
];

fn sign_in_wrong() -> Stage {
    let mut stage = Stage::opened();
    stage.sign_in("somebody@hills.example");
    stage
}

fn sign_in_forgot() -> Stage {
    let mut stage = Stage::opened();
    stage.push("Forgot your password?");
    stage
}

fn no_keyring() -> Stage {
    Stage::new().open(Home::File)
}

/// Signed in while the keyring does not serve.
fn without_keyring(fault: Fault) -> Stage {
    let mut stage = Stage::opened();
    stage.sign_in(MANAGER);
    let people = Vec::new();
    let event = Event::Kept(Err(fault), people);
    stage.said(Message::Room(event));
    stage
}

pub(super) fn redeem() -> Stage {
    let mut stage = Stage::opened();
    stage.push("I have an invitation");
    stage
}

fn redeem_wrong() -> Stage {
    let mut stage = redeem();
    stage.type_text("nonsense");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

fn code_wrong() -> Stage {
    let (mut stage, phone) = Stage::at_code();
    super::code::enter_wrong(&mut stage, &phone);
    stage
}

pub(super) fn with_ella() -> (Stage, Phone, Token) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let (phone, token) = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        let manager = practice.manager(&phone).await;
        let email = "ella@hills.example";
        practice
            .hire(&manager, "Ella Smith", email, Role::Reception)
            .await;
        (phone, manager)
    });
    (stage, phone, token)
}

/// Mandatory, from now.
pub(super) const MANDATORY_NOW: RuleAsked = RuleAsked::Mandatory { from: Starts::Now };

pub(super) fn with_rule(rule: RuleAsked) -> Stage {
    let (stage, _, manager) = with_ella();
    let set = stage
        .practice
        .backend
        .call(Some(&manager), SetRule { rule });
    stage.block_on(set).unwrap();
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in("ella@hills.example");
    stage
}

fn set_up_due() -> Stage {
    with_rule(MANDATORY_NOW)
}

fn set_up_offered() -> Stage {
    with_rule(RuleAsked::Prompt)
}

fn set_up_scan() -> Stage {
    let mut stage = set_up_due();
    stage.push("Validate");
    stage
}

/// Somebody in every status, the manager signed in by both steps a moment ago.
pub(super) fn users() -> (Stage, Phone) {
    users_after(0)
}

/// The same, so many seconds after the last of them came.
pub(super) fn users_after(seconds: i64) -> (Stage, Phone) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let phone = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        let by = practice.manager(&phone).await;
        let people = [
            ("Bella Nguyen", "bella@hills.example", Role::Practitioner),
            ("Chris Murray", "chris@hills.example", Role::Reception),
            ("Dana Okafor", "dana@hills.example", Role::Practitioner),
            ("Ella Smith", "ella@hills.example", Role::Reception),
        ];
        for (name, email, role) in people {
            let token = practice.hire(&by, name, email, role).await;
            match name {
                "Bella Nguyen" => drop(practice.enrol(&token).await),
                "Chris Murray" => drop(practice.begin_set_up(&token).await),
                "Dana Okafor" => {
                    let me = practice.backend.call(Some(&token), WhoAmI {}).await;
                    let call = TurnOn {
                        user: me.unwrap().user,
                        from: Starts::Now,
                    };
                    practice.backend.call(Some(&by), call).await.unwrap();
                }
                _ => {}
            }
        }
        practice
            .invite(
                &by,
                "Farid Haddad",
                "farid@hills.example",
                Role::Practitioner,
            )
            .await;
        phone
    });
    stage.practice.advance(seconds);
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    enter_code(&mut stage, &phone);
    (stage, phone)
}

pub(super) fn enter_code(stage: &mut Stage, phone: &Phone) {
    let code = stage.practice.code(phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
}

fn users_narrow() -> Stage {
    let (mut stage, _) = users();
    stage.resize(SMALLEST);
    stage
}

fn users_nobody() -> Stage {
    let (stage, phone, _) = with_ella();
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    enter_code(&mut stage, &phone);
    stage.push("0 Pending");
    stage
}

fn users_reception() -> Stage {
    let (stage, _, _) = with_ella();
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in("ella@hills.example");
    stage
}

fn step_up() -> Stage {
    let (mut stage, _) = settings::page();
    stage.practice.advance(6 * 60);
    stage.push("Mandatory");
    stage.push("Save");
    assert!(stage.says("Confirm it is you"));
    stage
}
