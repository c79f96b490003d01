//! Which of one's practices the session is in, and going on in another.

use iced::Task;
use iced::widget::column;

use super::{Action, ended, is_ended};
use crate::api::{Admitted, Error, OwnPractice, SwitchPractice};
use crate::domain::PracticeId;
use crate::gui::door::Session;
use crate::gui::screen::focus;
use crate::gui::theme::space;
use crate::gui::widget::{Element, Icon, button, dialog, muted, option_row};
use crate::gui::words::t;
use crate::gui::{faults, status};

/// The button of the first practice that can be gone to.
const FIRST: &str = "switch-first";

/// The dialog.
#[derive(Debug)]
pub(super) struct State {
    /// Where to, while the answer is awaited.
    to: Option<PracticeId>,
    error: Option<Error>,
}

/// What the person did, and what was answered.
#[derive(Clone, Debug)]
pub enum Message {
    /// The practice's name in the side bar.
    Open,
    /// **Go there**.
    To(PracticeId),
    /// The session is there, or not.
    There(Result<Box<Admitted>, Error>),
    /// The dialog is closed.
    Close,
}

impl super::State {
    /// Takes a message in.
    pub(super) fn switch(&mut self, message: Message) -> Action {
        let busy = self.switch.as_ref().is_some_and(|open| open.to.is_some());
        match message {
            Message::Open => {
                self.switch = Some(State {
                    to: None,
                    error: None,
                });
                return Action::Run(focus(FIRST));
            }
            // The old token is dead by now, and the answer holds the new one.
            Message::To(_) | Message::Close if busy => {}
            // Given up by a lock, after which the session has a newer one.
            Message::There(_) if !busy => {}
            Message::To(practice) => {
                self.switch = Some(State {
                    to: Some(practice.clone()),
                    error: None,
                });
                let there = self.session.door.ask(SwitchPractice { practice });
                return Action::Run(
                    there
                        .map(|answer| super::Message::Switch(Message::There(answer.map(Box::new)))),
                );
            }
            Message::There(Ok(admitted)) => {
                let there = Session::new(&self.session.door, &admitted);
                return Action::In(Box::new(there));
            }
            Message::There(Err(error)) if is_ended(&error) => {
                self.switch = None;
                return ended(&error);
            }
            Message::There(Err(error)) => {
                self.switch = Some(State {
                    to: None,
                    error: Some(error),
                });
                return Action::Run(focus(FIRST));
            }
            Message::Close => self.switch = None,
        }
        Action::Run(Task::none())
    }

    /// The dialog over the page.
    pub(super) fn switch_dialog(&self) -> Option<Element<'_, super::Message>> {
        let open = self.switch.as_ref()?;
        Some(open.view(&self.session).map(super::Message::Switch))
    }
}

impl State {
    fn view<'a>(&'a self, session: &'a Session) -> Element<'a, Message> {
        let me = &session.me;
        let mut others = 0;
        let rows = me.practices.iter().map(|own| {
            let here = own.practice == me.practice;
            others += usize::from(!here);
            self.row(own, here, others == 1)
        });
        let fault = self.error.as_ref().map(faults::notice);
        let rows = column(rows).spacing(space::S);
        dialog(t("switch-practice"), t("close"), Message::Close)
            .subtitle(t("switch-practice-body"))
            .content(column![rows].push(fault).spacing(space::M))
            .into()
    }

    fn row<'a>(&'a self, own: &'a OwnPractice, here: bool, first: bool) -> Element<'a, Message> {
        let end: Element<'a, Message> = if here {
            muted(t("switch-here")).into()
        } else {
            let go = button(t("switch-there"))
                .in_row()
                .description(own.name.as_str())
                .busy(self.to.as_ref() == Some(&own.practice))
                .on_press(Message::To(own.practice.clone()));
            if first { go.id(FIRST) } else { go }.into()
        };
        option_row(
            Icon::Building2,
            own.name.as_str(),
            status::role(own.role),
            end,
        )
    }
}
