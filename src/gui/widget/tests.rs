//! The rules that hold for every widget, tried in a simulated window.

mod choices;

use std::sync::{Arc, Mutex};

use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::widget::{column, scrollable};
use iced::{Event, Point, Size};
use iced_test::Simulator;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;
use iced_test::selector::Candidate;
use iced_test::simulator::press_key;

use super::access::Node;
use super::*;
use crate::gui::theme;

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Typed(String),
    Pressed,
    Ticked(bool),
    Chosen,
    Held(bool),
    Caps(bool),
    Closed,
    Key,
}

type Window<'a> = Simulator<'a, Message, Theme>;

fn window<'a>(view: impl Into<Element<'a, Message>>) -> Window<'a> {
    let mut window = Simulator::with_settings(theme::settings(), view.into());
    redraw(&mut window);
    window
}

fn redraw(window: &mut Window<'_>) {
    window.simulate([Event::Window(iced::window::Event::RedrawRequested(
        std::time::Instant::now(),
    ))]);
}

fn nodes(window: &mut Window<'_>) -> Vec<Node> {
    let found = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&found);

    let _ = window.find(move |candidate: Candidate<'_>| -> Option<()> {
        if let Candidate::Custom { state, .. } = candidate
            && let Some(node) = state.downcast_ref::<Node>()
        {
            into.lock().unwrap().push(node.clone());
        }

        None
    });

    Arc::try_unwrap(found).unwrap().into_inner().unwrap()
}

fn focused(window: &mut Window<'_>) -> Option<String> {
    nodes(window)
        .into_iter()
        .find(|node| node.focused)
        .map(|node| node.name)
}

fn tab(window: &mut Window<'_>, back: bool) -> Option<String> {
    let mut event = press_key(Named::Tab, None);

    if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers, .. }) = &mut event
        && back
    {
        *modifiers = Modifiers::SHIFT;
    }

    window.simulate([event]);
    redraw(window);
    focused(window)
}

/// What the window shows, as a hash.
fn shot(window: &mut Window<'_>) -> String {
    let directory = tempfile::tempdir().unwrap();
    let snapshot = window.snapshot(&Theme::Light).unwrap();

    snapshot
        .matches_hash(directory.path().join("shot"))
        .unwrap();

    let made = std::fs::read_dir(directory.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();

    std::fs::read_to_string(made.path()).unwrap()
}

fn form<'a>() -> Element<'a, Message> {
    root(column![
        title("Sign in"),
        field("Email", "", Message::Typed).id("email"),
        field("Password", "secret", Message::Typed)
            .secure(false)
            .on_reveal("Show password", Message::Held)
            .caps_lock(None)
            .on_caps_lock(Message::Caps)
            .error(Some("Too short.".into())),
        checkbox("Remember me", false, Message::Ticked).id("remember"),
        radio_card(Icon::Mail, "Email code", "By email", false, Message::Chosen),
        radio_card(Icon::Phone, "SMS", "By SMS", false, Message::Chosen)
            .disabled(Some("No number.".into())),
        button("Login").primary().on_press(Message::Pressed),
        button("Off"),
        badge(Icon::ShieldCheck, "Enabled", Tone::Enabled),
        notice(Tone::Error, "Wrong.", "Try again."),
    ])
}

#[test]
fn tab_walks_over_every_stop_in_reading_order_and_round() {
    let mut window = window(form());
    let order = [
        "Email",
        "Password",
        "Show password",
        "Remember me",
        "Email code",
        "Login",
    ];

    for name in order {
        assert_eq!(tab(&mut window, false).as_deref(), Some(name));
    }

    assert_eq!(tab(&mut window, false).as_deref(), Some("Email"));
    assert_eq!(tab(&mut window, true).as_deref(), Some("Login"));
}

#[test]
fn enter_and_space_press_what_has_the_focus() {
    for key in [Named::Enter, Named::Space] {
        let mut window = window(form());

        tab(&mut window, true);
        window.tap_key(key);

        assert_eq!(
            window.into_messages().collect::<Vec<_>>(),
            [Message::Pressed]
        );
    }
}

#[test]
fn a_held_key_presses_once() {
    let mut window = window(form());

    tab(&mut window, true);

    let mut again = press_key(Named::Enter, None);
    if let Event::Keyboard(keyboard::Event::KeyPressed { repeat, .. }) = &mut again {
        *repeat = true;
    }

    window.simulate([press_key(Named::Enter, None), again.clone(), again]);
    assert_eq!(window.into_messages().count(), 1);
}

#[test]
fn a_click_presses_and_a_disabled_control_does_nothing() {
    let mut window = window(form());

    window.click("Remember me").unwrap();
    window.click("Off").unwrap();
    window.click("SMS").unwrap();
    window.tap_key(Named::Enter);

    assert_eq!(
        window.into_messages().collect::<Vec<_>>(),
        [Message::Ticked(true)]
    );
}

#[test]
fn a_busy_button_keeps_the_focus_and_answers_nothing() {
    let view = || root(button("Login").busy(true).on_press(Message::Pressed));
    let mut window = window(view());

    assert_eq!(tab(&mut window, false).as_deref(), Some("Login"));
    window.tap_key(Named::Enter);
    window.click("Login").unwrap();

    assert_eq!(window.into_messages().count(), 0);
}

#[test]
fn the_ring_comes_with_the_keyboard_only() {
    let view = || root(centred(button("Login").on_press(Message::Pressed)));

    let mut clicked = window(view());
    clicked.click("Login").unwrap();
    clicked.point_at(Point::ORIGIN);
    redraw(&mut clicked);

    let mut plain = window(view());
    plain.point_at(Point::ORIGIN);

    let mut tabbed = window(view());
    tabbed.point_at(Point::ORIGIN);
    tab(&mut tabbed, false);

    assert_eq!(focused(&mut clicked).as_deref(), Some("Login"));
    assert_eq!(shot(&mut clicked), shot(&mut plain));
    assert_ne!(shot(&mut tabbed), shot(&mut plain));
}

#[test]
fn typing_reaches_the_field_and_tells_of_caps_lock() {
    let mut window = window(form());

    tab(&mut window, false);
    window.typewrite("a");
    tab(&mut window, false);
    window.typewrite("A");

    assert_eq!(
        window.into_messages().collect::<Vec<_>>(),
        [
            Message::Typed("a".into()),
            Message::Caps(true),
            Message::Typed("secretA".into()),
        ]
    );
}

#[test]
fn the_eye_is_held_by_key_too() {
    let mut window = window(form());

    for _ in 0..3 {
        tab(&mut window, false);
    }

    window.tap_key(Named::Space);

    assert_eq!(
        window.into_messages().collect::<Vec<_>>(),
        [Message::Held(true), Message::Held(false)]
    );
}

#[test]
fn escape_reaches_on_key_out_of_a_field() {
    let view = on_key(form(), |key, _| {
        (*key == Key::Named(Named::Escape)).then_some(Message::Key)
    });
    let mut window = window(view);

    tab(&mut window, false);
    window.tap_key(Named::Escape);

    assert_eq!(focused(&mut window).as_deref(), Some("Email"));
    assert_eq!(window.into_messages().collect::<Vec<_>>(), [Message::Key]);
}

#[test]
fn every_control_has_a_role_and_a_name_and_a_password_is_bullets() {
    let mut window = window(form());
    let nodes = nodes(&mut window);

    assert!(nodes.iter().all(|node| !node.name.is_empty()));

    let password = nodes
        .iter()
        .find(|node| node.role == Role::PasswordInput)
        .unwrap();
    assert_eq!(password.value.as_deref(), Some("••••••"));
    assert_eq!(password.description.as_deref(), Some("Too short."));

    let sms = nodes.iter().find(|node| node.name == "SMS").unwrap();
    assert!(sms.disabled && !sms.stop);
    assert_eq!(sms.checked, Some(false));
}

#[test]
fn tab_scrolls_the_stop_into_view() {
    let rows = (0..40).map(|at| {
        button(format!("Row {at}"))
            .on_press(Message::Pressed)
            .into()
    });
    let mut window = window(root(scrollable(iced::widget::Column::with_children(rows))));

    tab(&mut window, true);

    // A click goes only to what is seen.
    window.click("Row 39").unwrap();
    assert_eq!(window.into_messages().count(), 1);
}

fn page<'a>(open: bool) -> Element<'a, Message> {
    let base = column![
        button("Before").on_press(Message::Pressed),
        button("Cog").on_press(Message::Pressed),
        field("Search", "", Message::Typed),
    ];
    let question = open.then(|| {
        dialog("Sure?", "Close", Message::Closed)
            .subtitle("Ella Smith")
            .content(field("Reason", "", Message::Typed))
            .push(button("Cancel").on_press(Message::Closed))
            .push(button("Remove").danger().on_press(Message::Chosen))
            .into()
    });

    root(layers(base, question))
}

#[test]
fn a_dialog_keeps_tab_and_clicks_inside() {
    let mut window = window(page(true));

    for name in ["Close", "Reason", "Cancel", "Remove", "Close"] {
        assert_eq!(tab(&mut window, false).as_deref(), Some(name));
    }

    assert!(nodes(&mut window).iter().all(|node| node.name != "Cog"));

    window.point_at(Point::new(20.0, 20.0));
    window.simulate(iced_test::simulator::click());
    assert_eq!(window.into_messages().count(), 0);
}

#[test]
fn escape_closes_a_dialog_even_from_a_field() {
    let mut window = window(page(true));

    tab(&mut window, false);
    tab(&mut window, false);
    window.tap_key(Named::Escape);

    assert_eq!(
        window.into_messages().collect::<Vec<_>>(),
        [Message::Closed]
    );
}

/// Runs `events` through a view whose tree is kept in `cache`, as a window does.
fn turn(cache: Cache, view: Element<'_, Message>, events: &[Event]) -> (Cache, Option<String>) {
    let mut renderer = iced::futures::executor::block_on(
        <iced::Renderer as iced::advanced::renderer::Headless>::new(
            theme::REGULAR,
            theme::BODY.size.into(),
            Some("tiny-skia"),
        ),
    )
    .unwrap();
    let mut ui = UserInterface::build(view, Size::new(900.0, 600.0), cache, &mut renderer);
    let redraw = Event::Window(iced::window::Event::RedrawRequested(
        std::time::Instant::now(),
    ));
    let events: Vec<Event> = events.iter().cloned().chain([redraw]).collect();

    let _ = ui.update(
        &events,
        iced::mouse::Cursor::Unavailable,
        &mut renderer,
        &mut iced::advanced::clipboard::Null,
        &mut Vec::new(),
    );

    let mut all = access::collect();
    ui.operate(&renderer, &mut all);
    assert_eq!(all.faults(), Vec::<String>::new());

    let name = all.focused().map(|found| found.node.name.clone());
    (ui.into_cache(), name)
}

#[test]
fn focus_comes_back_to_where_it_was_before_the_dialog() {
    let tab = press_key(Named::Tab, None);

    let (cache, name) = turn(Cache::new(), page(false), &[tab.clone(), tab.clone()]);
    assert_eq!(name.as_deref(), Some("Cog"));

    let (cache, name) = turn(cache, page(true), &[]);
    assert_eq!(name, None);

    let (cache, name) = turn(cache, page(true), &[tab.clone(), tab]);
    assert_eq!(name.as_deref(), Some("Reason"));

    let (_, name) = turn(cache, page(false), &[]);
    assert_eq!(name.as_deref(), Some("Cog"));
}
