//! The panel beside the window's content in the demo: how to sign in, the authenticator apps of
//! the made-up staff, and the messages they were sent. It has nothing to press.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use iced::futures::{Stream, stream};
use iced::widget::{Column, column, container, row, rule, scrollable};
use iced::{Alignment, Length, Subscription, Task};

use super::SECOND;
use super::theme::{Theme, size, space};
use super::widget::{Element, Icon, Tone, badge, body, icon, mono, muted, panel, small, strong};
use super::words::t;
pub use crate::backend::demo::Message as Sent;
use crate::backend::demo::{Demo, PASSWORD};
use crate::backend::{OpenFault, Opened};

/// Messages that are shown, the newest first.
const MOST_MESSAGES: usize = 20;

/// The demo, and what the panel shows.
#[derive(Debug)]
pub struct State {
    demo: Arc<Demo>,
    shown: Shown,
}

/// What is to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Every message so far.
    pub messages: Vec<Sent>,
    /// Whose app shows which code.
    pub codes: Vec<(String, String)>,
}

/// The demo, as what tells its subscription from others.
struct Watched(Arc<Demo>);

impl Hash for Watched {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl State {
    /// A demo that is not open yet.
    pub fn new(demo: Arc<Demo>) -> Self {
        Self {
            demo,
            shown: Shown::default(),
        }
    }

    /// Makes the practice.
    pub fn open(&self) -> Task<Result<Opened, OpenFault>> {
        let demo = self.demo.clone();
        Task::future(async move { demo.open().await })
    }

    /// Word of what is to be shown, when that has changed.
    pub fn subscription(&self) -> Subscription<Shown> {
        Subscription::run_with(Watched(self.demo.clone()), watch)
    }

    /// Shows it.
    pub fn show(&mut self, shown: Shown) {
        self.shown = shown;
    }

    /// Draws a screen with the panel beside it.
    pub fn beside<'a, M: Clone + 'a>(&'a self, screen: Element<'a, M>) -> Element<'a, M> {
        let parts = column![self.about(), self.apps(), self.inbox()]
            .spacing(space::XL)
            .padding(space::L);
        let panel = container(scrollable(parts).height(Length::Fill))
            .width(size::DEMO)
            .height(Length::Fill)
            .style(|theme: &Theme| container::Style::default().background(theme.tokens().surface));
        row![screen, rule::vertical(1), panel].into()
    }

    fn about<'a, M: Clone + 'a>(&'a self) -> Column<'a, M, Theme> {
        let shown = badge(Icon::FlaskConical, t("demo"), Tone::Warning);
        column![
            shown,
            body(t("demo-about")),
            small(t("demo-password")),
            mono(PASSWORD),
        ]
        .spacing(space::S)
    }

    fn apps<'a, M: Clone + 'a>(&'a self) -> Column<'a, M, Theme> {
        let line = |(owner, code): &'a (String, String)| {
            let (first, last) = code.split_at_checked(3).unwrap_or((code, ""));
            row![
                body(owner.as_str()).width(Length::Fill),
                mono(format!("{first} {last}"))
            ]
            .into()
        };
        column![strong(t("demo-apps"))]
            .extend(self.shown.codes.iter().map(line))
            .spacing(space::S)
    }

    fn inbox<'a, M: Clone + 'a>(&'a self) -> Column<'a, M, Theme> {
        let about = match self.shown.messages.is_empty() {
            true => t("demo-inbox-empty"),
            false => t("demo-inbox-about"),
        };
        let newest = self.shown.messages.iter().rev().take(MOST_MESSAGES);
        column![strong(t("demo-inbox")), muted(about)]
            .extend(newest.map(card))
            .spacing(space::S)
    }
}

fn card<'a, M: Clone + 'a>(sent: &'a Sent) -> Element<'a, M> {
    let way = match sent.subject {
        Some(_) => Icon::Mail,
        None => Icon::MessageSquare,
    };
    let to = row![icon(way, size::ICON_SMALL), small(sent.to.as_str())]
        .spacing(space::S)
        .align_y(Alignment::Center);
    panel(
        column![to]
            .push(sent.subject.as_deref().map(strong))
            .push(body(sent.text.trim_end()))
            .spacing(space::S),
    )
}

fn watch(watched: &Watched) -> impl Stream<Item = Shown> + use<> {
    let demo = watched.0.clone();
    let inbox = demo.inbox();
    let state = (demo, inbox, Shown::default());
    stream::unfold(state, |(demo, mut inbox, before)| async move {
        loop {
            let shown = Shown {
                messages: inbox.borrow_and_update().clone(),
                codes: codes(&demo),
            };
            if shown != before {
                return Some((shown.clone(), (demo, inbox, shown)));
            }
            // Codes change by themselves.
            let _ = tokio::time::timeout(SECOND, inbox.changed()).await;
        }
    })
}

fn codes(demo: &Demo) -> Vec<(String, String)> {
    let now = demo.now();
    let phones = demo.phones().iter();
    phones
        .map(|phone| (phone.owner().to_owned(), phone.code(now)))
        .collect()
}
