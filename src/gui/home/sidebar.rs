//! The side bar with its places, and the banner of notices over every page.

use iced::Alignment;
use iced::widget::{column, container, row};

use super::{Message, Page, State, switch};
use crate::domain::Role;
use crate::gui::status;
use crate::gui::theme::space;
use crate::gui::widget::{
    Element, Icon, Tone, avatar, banner, brand, button, muted, nav_item, nav_title, sidebar, strong,
};
use crate::gui::words::t;

/// A place of the side bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Profile > Users.
    Users,
    /// Profile > My account.
    Account,
    /// Practice > Roll-out.
    RollOut,
    /// Practice > Settings.
    Settings,
    /// Practice > Delivery.
    Delivery,
    /// Practice > Activity.
    Activity,
}

impl State {
    /// The banner over every page while there is something to read.
    pub(super) fn notices_banner(&self) -> Element<'_, Message> {
        let there = matches!(self.page, Page::Account(_));
        if self.unread == 0 || there {
            return iced::widget::space().into();
        }
        let read = button(t("notices-read"))
            .link()
            .in_row()
            .on_press(Message::Go(Place::Account));
        let words = t!("notices-unread", count = self.unread);
        banner(Tone::Info, words, Some(read.into()))
    }

    /// The practice's name; of several, the way to the others.
    fn practice(&self) -> Element<'_, Message> {
        let me = &self.session.me;
        if me.practices.len() < 2 {
            return container(muted(me.practice_name.as_str()))
                .padding([space::S, space::XS + 6.0])
                .into();
        }
        button(me.practice_name.as_str())
            .bare()
            .icon(Icon::ArrowLeftRight)
            .description(t("switch-practice"))
            .on_press(Message::Switch(switch::Message::Open))
            .into()
    }

    pub(super) fn sidebar(&self) -> Element<'_, Message> {
        let me = &self.session.me;
        let mut top = vec![
            container(brand()).padding([space::XS, 0.0]).into(),
            self.practice(),
            nav_title(t("profile")),
            nav_item(
                Icon::Users,
                t("users"),
                matches!(self.page, Page::Users(_)),
                Message::Go(Place::Users),
            ),
            nav_item(
                Icon::CircleUser,
                t("my-account"),
                matches!(self.page, Page::Account(_)),
                Message::Go(Place::Account),
            ),
        ];
        if me.role == Role::FullAccess {
            top.extend([
                nav_title(t("practice")),
                nav_item(
                    Icon::LayoutDashboard,
                    t("roll-out"),
                    matches!(self.page, Page::RollOut(_)),
                    Message::Go(Place::RollOut),
                ),
                nav_item(
                    Icon::SlidersHorizontal,
                    t("settings"),
                    matches!(self.page, Page::Settings(_)),
                    Message::Go(Place::Settings),
                ),
                nav_item(
                    Icon::Send,
                    t("delivery"),
                    matches!(self.page, Page::Delivery(_)),
                    Message::Go(Place::Delivery),
                ),
                nav_item(
                    Icon::ScrollText,
                    t("activity"),
                    matches!(self.page, Page::Activity(_)),
                    Message::Go(Place::Activity),
                ),
            ]);
        }
        let who = row![
            avatar(&me.name, 32.0),
            column![strong(me.name.as_str()), muted(status::role(me.role))]
        ]
        .spacing(space::S)
        .align_y(Alignment::Center);
        let bottom = vec![
            container(who).padding([0.0, space::S + 2.0]).into(),
            row![
                button(t("lock"))
                    .bare()
                    .icon(Icon::Lock)
                    .description(t("lock-by-key"))
                    .on_press(Message::Lock),
                button(t("sign-out"))
                    .bare()
                    .icon(Icon::LogOut)
                    .on_press(Message::SignOut),
            ]
            .into(),
        ];
        sidebar(t("places"), top, bottom)
    }
}
