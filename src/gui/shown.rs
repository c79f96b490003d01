//! What the window shows: its title, the screen, and the banner over every screen.

use iced::Length;
use iced::widget::{column, container};

use super::theme::{Theme, size};
use super::widget::{self, Element, Tone, banner, brand, centred};
use super::words::t;
use super::{App, Message, Said, Screen};
use crate::backend::Home;

impl App {
    pub(super) fn title(&self) -> String {
        let screen = match &self.screen {
            Screen::Opening => return t("product"),
            Screen::Trouble(screen) => screen.title(),
            Screen::Connect(screen, _) => screen.title(),
            Screen::FirstRun(screen) => screen.title(),
            Screen::RecoveryKey(screen, _) => screen.title(),
            Screen::SignIn(screen) => screen.title(),
            Screen::Lock(screen) => screen.title(),
            Screen::Redeem(screen) => screen.title(),
            Screen::Code(screen) => screen.title(),
            Screen::Enrol(screen) => screen.title(),
            Screen::RecoveryCodes(screen) => screen.title(),
            Screen::Moving(screen) => screen.title(),
            Screen::Home(screen) => screen.title(),
        };
        match self.demo {
            Some(_) => format!("{screen} - {} {}", t("product"), t("demo")),
            None => format!("{screen} - {}", t("product")),
        }
    }

    /// What a second that passes means on the screen.
    pub(super) fn tick(&self) -> Option<Said> {
        match &self.screen {
            Screen::Code(screen) => screen.tick().map(Said::Code),
            Screen::Enrol(screen) => screen.tick().map(Said::Enrol),
            Screen::RecoveryCodes(screen) => screen.tick().map(Said::RecoveryCodes),
            Screen::Moving(screen) => screen.tick().map(Said::Moving),
            Screen::Home(screen) => screen.tick().map(Said::Home),
            _ => None,
        }
    }

    pub(super) fn view(&self) -> Element<'_, Message> {
        let shown = self.shown;
        let beside = self.demo.as_ref().map_or(0.0, |_| size::DEMO);
        let screen = match &self.screen {
            Screen::Opening => centred(brand()),
            Screen::Trouble(screen) => self.said(screen.view(), Said::Trouble),
            Screen::Connect(screen, _) => self.said(screen.view(), Said::Connect),
            Screen::FirstRun(screen) => self.said(screen.view(), Said::FirstRun),
            Screen::RecoveryKey(screen, _) => self.said(screen.view(), Said::RecoveryKey),
            Screen::SignIn(screen) => self.said(screen.view(), Said::SignIn),
            Screen::Lock(screen) => self.said(screen.view(), Said::Lock),
            Screen::Redeem(screen) => self.said(screen.view(), Said::Redeem),
            Screen::Code(screen) => self.said(screen.view(), Said::Code),
            Screen::Enrol(screen) => self.said(screen.view(), Said::Enrol),
            Screen::RecoveryCodes(screen) => self.said(screen.view(), Said::RecoveryCodes),
            Screen::Moving(screen) => self.said(screen.view(), Said::Moving),
            Screen::Home(screen) => self.said(screen.view(self.width - beside), Said::Home),
        };
        let no_keyring =
            (self.keys == Home::File).then(|| banner(Tone::Warning, t("no-keyring"), None));
        // Keyed by its number: a screen never inherits the focus or the text of another.
        let screen = iced::widget::keyed_column([(shown, screen)])
            .width(Length::Fill)
            .height(Length::Fill);
        let screen = self.with_countdown(screen.into());
        let screen = match &self.demo {
            Some(demo) => demo.beside(screen),
            None => screen,
        };
        widget::root(
            // Every banner has its place, taken or not: one that comes moves no focus.
            container(column![
                or_nothing(no_keyring),
                or_nothing(self.unkept()),
                or_nothing(self.unreached()),
                screen
            ])
            .width(Length::Fill)
            .height(Length::Fill)
            .style(|theme: &Theme| {
                iced::widget::container::Style::default().background(theme.tokens().bg)
            }),
        )
    }

    fn said<'a, M: 'a>(&self, view: Element<'a, M>, said: fn(M) -> Said) -> Element<'a, Message> {
        let shown = self.shown;
        view.map(move |message| Message::Screen(shown, said(message)))
    }
}

fn or_nothing(banner: Option<Element<'_, Message>>) -> Element<'_, Message> {
    banner.unwrap_or_else(|| iced::widget::space().into())
}
