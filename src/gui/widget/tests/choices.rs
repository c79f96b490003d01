//! The arrows among choices.

use iced::widget::column;

use super::*;

fn arrow(window: &mut Window<'_>, key: Named) -> Option<String> {
    window.simulate([press_key(key, None)]);
    redraw(window);
    focused(window)
}

#[test]
fn arrows_walk_over_choices_that_stand_together_and_no_further() {
    let choice = |name: &'static str| radio_card(None, name, "", false, Message::Chosen);
    let mut window = window(root(column![
        field("Email", "", Message::Typed),
        choice("App"),
        choice("SMS").body_maybe(Some(field("Mobile", "", Message::Typed).into())),
        choice("Email code"),
        choice("Letter").disabled(Some("No address.".into())),
        button("Go on").on_press(Message::Pressed),
    ]));

    assert_eq!(tab(&mut window, false).as_deref(), Some("Email"));
    // In a field the arrows are the field's.
    assert_eq!(
        arrow(&mut window, Named::ArrowDown).as_deref(),
        Some("Email")
    );
    assert_eq!(tab(&mut window, false).as_deref(), Some("App"));
    assert_eq!(arrow(&mut window, Named::ArrowUp).as_deref(), Some("App"));
    for key in [Named::ArrowDown, Named::ArrowRight, Named::ArrowDown] {
        arrow(&mut window, key);
    }
    assert_eq!(focused(&mut window).as_deref(), Some("Email code"));
    assert_eq!(arrow(&mut window, Named::ArrowLeft).as_deref(), Some("SMS"));
    assert_eq!(arrow(&mut window, Named::ArrowUp).as_deref(), Some("App"));
    // What was reached is chosen by a press, as any other control.
    window.simulate([press_key(Named::Space, None)]);
    assert!(
        window
            .into_messages()
            .any(|message| matches!(message, Message::Chosen))
    );
}
