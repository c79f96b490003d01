//! A window that is not on any screen: keys go in, pictures and names come out.

use std::sync::Once;
use std::time::Instant;

use iced::advanced::renderer::{Headless, Style};
use iced::advanced::widget::Operation;
use iced::advanced::widget::operation::{self, Outcome};
use iced::advanced::{clipboard, mouse};
use iced::futures::StreamExt;
use iced::keyboard::{self, Modifiers, key::Named};
use iced::theme::Base;
use iced::{Event, Rectangle, Size, Task, window};
use iced_test::Simulator;
use iced_test::runtime::user_interface::Cache;
use iced_test::runtime::{Action, UserInterface, task};
use iced_test::simulator::{press_key, tap_key, typewrite};

use crate::backend::staged::{MANAGER, PASSWORD, Phone, Staged};
use crate::backend::{Kept, Opened};
use crate::gui::live::Room;
use crate::gui::theme::{self, Theme};
use crate::gui::widget::access::{self, Collect, Node, Role};
use crate::gui::widget::root;
use crate::gui::{App, Message, Start, WINDOW};
use crate::keychain::Home;
use crate::settings::{Files, Settings};

pub(super) type Ui<'a> = UserInterface<'a, Message, Theme, iced::Renderer>;

/// An app, its practice and its window.
pub(super) struct Stage {
    runtime: tokio::runtime::Runtime,
    pub(super) practice: Staged,
    pub(super) app: App,
    renderer: iced::Renderer,
    cache: Option<Cache>,
    size: Size,
    tasks: Vec<Task<Message>>,
    /// The only instant that the window is told of, so that no caret blinks.
    instant: Instant,
}

impl Stage {
    /// A window that has not been told yet what was found.
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let practice = runtime.block_on(Staged::new());
        Self::of(runtime, practice)
    }

    /// Another window of the same practice and keyring, as after a crash.
    pub(super) fn again(self) -> Self {
        Self::of(self.runtime, self.practice)
    }

    fn of(runtime: tokio::runtime::Runtime, practice: Staged) -> Self {
        load_fonts();
        // What it would begin with asks the keyring of this computer.
        let files = Files {
            managed: practice.path("managed.toml"),
            own: practice.path("settings.toml"),
        };
        let (mut app, _) = App::new(Start {
            place: practice.elsewhere(),
            demo: None,
            settings: Settings::none(files),
        });
        app.room = Room::new(Kept::new(practice.keychain.clone()));
        let renderer = runtime
            .block_on(<iced::Renderer as Headless>::new(
                theme::REGULAR,
                theme::BODY.size.into(),
                Some("tiny-skia"),
            ))
            .unwrap();
        Self {
            runtime,
            practice,
            app,
            renderer,
            cache: None,
            size: WINDOW,
            tasks: Vec::new(),
            instant: Instant::now(),
        }
    }

    /// At the sign-in.
    pub(super) fn opened() -> Self {
        Self::new().open(Home::Keyring)
    }

    /// Tells it that the practice is open, and where its keys are.
    pub(super) fn open(mut self, home: Home) -> Self {
        let backend = self.practice.backend.clone();
        let opened = Ok(Opened::Ready(backend, home));
        self.said(Message::Opened(self.app.shown, opened));
        self.settle();
        self
    }

    /// At the sign-in of a practice whose first person has an authenticator.
    pub(super) fn enrolled() -> (Self, Phone) {
        let stage = Self::new();
        let token = stage.practice.founded.admitted.token.clone();
        let phone = stage.block_on(stage.practice.enrol(&token));
        (stage.open(Home::Keyring), phone)
    }

    /// At the code.
    pub(super) fn at_code() -> (Self, Phone) {
        let (mut stage, phone) = Self::enrolled();
        stage.sign_in(MANAGER);
        (stage, phone)
    }

    /// Signs the manager in, with the code that the phone shows.
    pub(super) fn sign_in_by(&mut self, phone: &Phone) {
        self.sign_in(MANAGER);
        let code = self.practice.code(phone);
        self.type_text(&code);
        self.press(Named::Enter);
        self.settle();
    }

    /// Types address and password, and lets the answer come.
    pub(super) fn sign_in(&mut self, email: &str) {
        if self.value("Email").is_some_and(|last| !last.is_empty()) {
            // Somebody has been here, and the focus is in the password.
            self.tab(true);
            self.chord("a", Modifiers::COMMAND);
        }
        self.type_text(email);
        self.press(Named::Tab);
        self.type_text(PASSWORD);
        self.press(Named::Enter);
        self.settle();
    }

    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Another size of the window.
    pub(super) fn resize(&mut self, size: Size) {
        self.size = size;
        self.said(Message::Resized(size));
    }

    /// Gives the app a message; what it asks for is not begun before [`Self::settle`].
    pub(super) fn said(&mut self, message: Message) {
        // What waits for a moment needs to know where.
        let guard = self.runtime.enter();
        let task = self.app.update(message);
        drop(guard);
        self.tasks.push(task);
        self.redraw();
    }

    /// Runs what was asked for, to the end; how many answers came.
    pub(super) fn settle(&mut self) -> usize {
        let mut answers = 0;
        while !self.tasks.is_empty() {
            answers += self.answer();
        }
        answers
    }

    /// Runs the oldest of what was asked for, and not what it leads to; how many answers came.
    pub(super) fn answer(&mut self) -> usize {
        let mut answers = 0;
        let Some(mut stream) = task::into_stream(self.tasks.remove(0)) else {
            return answers;
        };
        while let Some(action) = self.runtime.block_on(stream.next()) {
            match action {
                Action::Output(message) => {
                    answers += 1;
                    self.said(message);
                }
                Action::Widget(operation) => {
                    self.with(|ui, renderer| run(ui, renderer, operation));
                    self.redraw();
                }
                _ => {}
            }
        }
        answers
    }

    /// Runs what the app was asked by hand.
    pub(super) fn run(&mut self, asked: impl FnOnce(&mut App) -> Task<Message>) {
        let task = asked(&mut self.app);
        self.tasks.push(task);
        self.settle();
    }

    /// What was asked for is lost on the way.
    pub(super) fn lose(&mut self) {
        self.tasks.clear();
    }

    pub(super) fn with<T>(&mut self, act: impl FnOnce(&mut Ui<'_>, &mut iced::Renderer) -> T) -> T {
        let cache = self.cache.take().unwrap_or_default();
        let mut ui = UserInterface::build(self.app.view(), self.size, cache, &mut self.renderer);
        let done = act(&mut ui, &mut self.renderer);
        self.cache = Some(ui.into_cache());
        done
    }

    fn to_redraw(&self) -> Event {
        Event::Window(window::Event::RedrawRequested(self.instant))
    }

    fn redraw(&mut self) {
        self.happens(self.to_redraw());
    }

    fn happens(&mut self, event: Event) {
        let mut messages = Vec::new();
        self.with(|ui, renderer| {
            let _ = ui.update(
                &[event],
                mouse::Cursor::Unavailable,
                renderer,
                &mut clipboard::Null,
                &mut messages,
            );
        });
        for message in messages {
            self.said(message);
        }
    }

    /// Taps a key.
    pub(super) fn press(&mut self, key: Named) {
        for event in tap_key(key, None) {
            self.happens(event);
        }
        self.redraw();
    }

    /// Tab; what has the focus then.
    pub(super) fn tab(&mut self, back: bool) -> Option<(Node, Rectangle)> {
        let mut event = press_key(Named::Tab, None);
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers, .. }) = &mut event
            && back
        {
            *modifiers = Modifiers::SHIFT;
        }
        self.happens(event);
        self.redraw();
        let all = self.seen();
        all.focused()
            .map(|found| (found.node.clone(), found.bounds))
    }

    /// Taps a letter while other keys are held.
    pub(super) fn chord(&mut self, letter: &str, held: Modifiers) {
        let change = |held| Event::Keyboard(keyboard::Event::ModifiersChanged(held));
        let mut event = press_key(keyboard::Key::Character(letter.into()), None);
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers, .. }) = &mut event {
            *modifiers = held;
        }
        for event in [change(held), event, change(Modifiers::empty())] {
            self.happens(event);
        }
    }

    /// Types letters where the focus is.
    pub(super) fn type_text(&mut self, text: &str) {
        for event in typewrite(text) {
            self.happens(event);
        }
    }

    /// Tabs on to a control and presses it by key.
    pub(super) fn push(&mut self, name: &str) {
        self.tab_to(name);
        let role = self.seen().focused().map(|found| found.node.role);
        // A tick box answers Space, and a field's Enter is its form's.
        assert!(!matches!(role, Some(Role::TextInput | Role::PasswordInput)));
        self.press(Named::Space);
        self.settle();
    }

    /// Tabs on to a control.
    pub(super) fn tab_to(&mut self, name: &str) {
        let most = self.seen().found.len() + 1;
        let there = (0..most).any(|_| self.tab(false).is_some_and(|(node, _)| node.name == name));
        assert!(there, "Tab does not reach {name:?}: {:?}", self.words());
    }

    /// What assistive technology sees.
    pub(super) fn seen(&mut self) -> Collect {
        let mut all = access::collect();
        self.with(|ui, renderer| ui.operate(renderer, &mut all));
        all
    }

    /// Every word that is drawn or told.
    pub(super) fn words(&mut self) -> Vec<String> {
        let mut texts = Texts(Vec::new());
        self.with(|ui, renderer| ui.operate(renderer, &mut texts));
        let mut words = texts.0;
        for found in self.seen().found {
            words.push(found.node.name);
            words.extend(found.node.value);
            words.extend(found.node.description);
        }
        words.push(self.app.title());
        words
    }

    /// Whether a sentence is drawn or told, whole or as a part.
    pub(super) fn says(&mut self, sentence: &str) -> bool {
        self.words().iter().any(|words| words.contains(sentence))
    }

    /// What a field holds.
    pub(super) fn value(&mut self, name: &str) -> Option<String> {
        let all = self.seen();
        let found = all.found.into_iter().find(|found| found.node.name == name);
        found.and_then(|found| found.node.value)
    }

    /// What came up by itself.
    pub(super) fn alert(&mut self) -> Option<String> {
        let all = self.seen();
        let mut alerts = all.found.into_iter().map(|found| found.node);
        let alert = alerts.find(|node| node.role == Role::Alert);
        alert.map(|node| node.name)
    }

    /// The window as a picture: width, height and RGBA.
    pub(super) fn picture(&mut self, theme: Theme) -> (u32, u32, Vec<u8>) {
        self.app.theme = theme;
        self.redraw();
        let base = theme.base();
        let redraw = self.to_redraw();
        self.with(|ui, renderer| {
            // Which fields can be typed in is known to the very widgets that heard of the redraw.
            let _ = ui.update(
                &[redraw],
                mouse::Cursor::Unavailable,
                renderer,
                &mut clipboard::Null,
                &mut Vec::new(),
            );
            let style = Style {
                text_color: base.text_color,
            };
            ui.draw(renderer, &theme, &style, mouse::Cursor::Unavailable);
        });
        let (width, height) = (self.size.width as u32, self.size.height as u32);
        let size = Size::new(width, height);
        let pixels = self.renderer.screenshot(size, 1.0, base.background_color);
        (width, height, pixels)
    }
}

/// The fonts are the process's, not a window's.
fn load_fonts() {
    static LOADED: Once = Once::new();
    LOADED.call_once(|| {
        let nothing = root::<()>(iced::widget::space());
        drop(Simulator::with_settings(theme::settings(), nothing));
    });
}

fn run(ui: &mut Ui<'_>, renderer: &iced::Renderer, first: Box<dyn Operation>) {
    let mut next = Some(first);
    while let Some(mut current) = next.take() {
        ui.operate(renderer, &mut current);
        if let Outcome::Chain(then) = current.finish() {
            next = Some(then);
        }
    }
}

struct Texts(Vec<String>);

impl<T> Operation<T> for Texts {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn text(&mut self, _: Option<&iced::widget::Id>, _: Rectangle, text: &str) {
        self.0.push(text.to_owned());
    }

    fn finish(&self) -> operation::Outcome<T> {
        Outcome::None
    }
}
