//! From a key in the search of ten thousand people to the view that has it, built and laid out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use iced::Size;
use iced::futures::StreamExt;
use iced::futures::channel::mpsc;
use iced_test::emulator::{Emulator, Event, Mode};
use iced_test::instruction::{Expectation, Instruction, Interaction, Key, Keyboard};
use iced_test::program::Program;
use tokio::runtime::Runtime;
use vestibule::backend::demo::{Demo, PASSWORD};
use vestibule::gui::Start;
use vestibule::settings::{Files, Settings};

use crate::measure::{Report, median};
use crate::practice::crowd;

/// A picture of a screen that shows sixty in a second.
const MOST: Duration = Duration::from_millis(16);

pub(crate) fn measure(runtime: &Runtime, report: &mut Report) {
    let demo = Arc::new(Demo::new().unwrap());
    let files = Files {
        managed: demo.place().database.with_extension("managed"),
        own: demo.place().database.with_extension("settings"),
    };
    let mut window = Window::open(vestibule::gui::application(Start {
        place: demo.place(),
        demo: Some(demo.clone()),
        settings: Settings::none(files),
    }));
    runtime.block_on(crowd(&demo.place().database, 10_000));
    window.type_text(PASSWORD);
    window.press(Key::Enter);
    window.expect("Enter your code");
    window.type_text(&demo.phones()[0].code(demo.now()));
    window.press(Key::Enter);
    window.expect("Add a person");

    let mut took = Vec::new();
    for letter in "grace nguyen patel murphy smith brown".chars() {
        took.push(window.key(letter));
    }
    let name = "10000 people: a key in the search to the view that has it";
    report.time(name, median(took), MOST);
}

/// A window that is on no screen.
struct Window<P: Program + 'static> {
    program: P,
    emulator: Emulator<P>,
    events: mpsc::Receiver<Event<P>>,
}

impl<P: Program + 'static> Window<P> {
    fn open(program: P) -> Self {
        let (sender, events) = mpsc::channel(1_000);
        let size = Size::new(1200.0, 760.0);
        let emulator = Emulator::new(sender, &program, Mode::Zen, size);
        let mut window = Self {
            program,
            emulator,
            events,
        };
        window.settle();
        window
    }

    /// Lets what is under way be done.
    fn settle(&mut self) {
        loop {
            match iced::futures::executor::block_on(self.events.next()).unwrap() {
                Event::Action(action) => self.emulator.perform(&self.program, action),
                Event::Ready => return,
                Event::Failed(instruction) => panic!("{instruction}"),
            }
        }
    }

    fn run(&mut self, keyboard: Keyboard) {
        let instruction = Instruction::Interact(Interaction::Keyboard(keyboard));
        self.emulator.run(&self.program, instruction);
    }

    fn type_text(&mut self, text: &str) {
        self.run(Keyboard::Typewrite(text.into()));
        self.settle();
    }

    fn press(&mut self, key: Key) {
        self.run(Keyboard::Type(key));
        self.settle();
    }

    fn expect(&mut self, text: &str) {
        let instruction = Instruction::Expect(Expectation::Text(text.into()));
        self.emulator.run(&self.program, instruction);
        self.settle();
    }

    /// Presses one key: how long until the next view stands.
    fn key(&mut self, letter: char) -> Duration {
        let began = Instant::now();
        self.run(Keyboard::Typewrite(letter.into()));
        // Looking for a word builds the view and lays it out.
        let look = Instruction::Expect(Expectation::Text("Users".into()));
        self.emulator.run(&self.program, look);
        let took = began.elapsed();
        self.settle();
        self.settle();
        took
    }
}
