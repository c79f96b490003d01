//! From when something bites: now, tonight, or on a date, on the practice's own clock.

use iced::Alignment;
use iced::widget::{column, row};
use jiff::ToSpan;
use jiff::civil::{Date, Time};

use super::theme::space;
use super::widget::{Element, field, muted, radio};
use super::words::t;
use super::{faults, when};
use crate::api::{Error, Field};
use crate::domain::{Starts, Timestamp, typed_day};

/// After the last appointment, where nobody has said otherwise.
const TONIGHT: &str = "18:30";
/// How a time may be typed.
const TIMES: [&str; 4] = ["%H:%M", "%H.%M", "%I:%M %p", "%I %p"];

/// What is chosen, and what is typed.
#[derive(Clone, Debug)]
pub struct State {
    id: &'static str,
    zone: String,
    kind: Kind,
    time: String,
    date: String,
    wrong: Option<Wrong>,
}

/// One of the ways to say when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// At once.
    Now,
    /// Today, at a time.
    Tonight,
    /// On a date, at a time.
    Date,
}

#[derive(Clone, Debug)]
enum Wrong {
    Date,
    Time,
    /// The backend's word on the moment.
    Moment(Error),
}

/// What the person did.
#[derive(Clone, Debug)]
pub enum Message {
    /// A way was chosen.
    Chosen(Kind),
    /// The time was changed.
    Time(String),
    /// The date was changed.
    Date(String),
}

impl State {
    /// From now, with an evening and a date to choose. `id` tells its fields from others'.
    fn now(id: &'static str, now: Timestamp, zone: &str) -> Self {
        Self {
            id,
            zone: zone.to_owned(),
            kind: Kind::Now,
            time: TONIGHT.to_owned(),
            date: when::day_to_type(tomorrow(now, zone)),
            wrong: None,
        }
    }

    /// From after the last appointment: tonight, or tomorrow where that has passed. Nobody who
    /// works now is stopped by a slip.
    pub fn tonight(id: &'static str, now: Timestamp, zone: &str) -> Self {
        let lies_ahead =
            read_time(TONIGHT).is_some_and(|time| when::local(now, zone).time() < time);
        Self {
            kind: if lies_ahead {
                Kind::Tonight
            } else {
                Kind::Date
            },
            ..Self::now(id, now, zone)
        }
    }

    /// From the morning of tomorrow: nobody who works now is stopped.
    pub fn tomorrow(id: &'static str, now: Timestamp, zone: &str) -> Self {
        Self {
            kind: Kind::Date,
            time: "00:00".to_owned(),
            ..Self::now(id, now, zone)
        }
    }

    /// From a moment that stands.
    pub fn at(id: &'static str, at: Timestamp, now: Timestamp, zone: &str) -> Self {
        let local = when::local(at, zone);
        let today = local.date() == when::local(now, zone).date();
        Self {
            kind: if today { Kind::Tonight } else { Kind::Date },
            time: local.strftime("%H:%M").to_string(),
            date: when::day_to_type(local.date()),
            ..Self::now(id, now, zone)
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) {
        self.wrong = None;
        match message {
            Message::Chosen(kind) => self.kind = kind,
            Message::Time(time) => self.time = time,
            Message::Date(date) => self.date = date,
        }
    }

    /// What is asked for; the id of the field that cannot be read.
    pub fn asked(&mut self, now: Timestamp) -> Result<Starts, String> {
        if self.kind == Kind::Now {
            return Ok(Starts::Now);
        }
        let date = match self.kind {
            Kind::Date => typed_day(&self.date),
            _ => Some(when::local(now, &self.zone).date()),
        };
        let time = read_time(&self.time);
        match (date, time) {
            (None, _) => {
                self.wrong = Some(Wrong::Date);
                Err(self.date_id())
            }
            (_, None) => {
                self.wrong = Some(Wrong::Time);
                Err(self.time_id())
            }
            (Some(date), Some(time)) => Ok(Starts::At {
                local: date.to_datetime(time),
            }),
        }
    }

    /// Shows what the backend said of the moment; the id of the field, if it was about that.
    pub fn refused(&mut self, error: &Error) -> Option<String> {
        faults::of_field(Some(error), Field::When)?;
        self.wrong = Some(Wrong::Moment(error.clone()));
        Some(match self.kind {
            Kind::Date => self.date_id(),
            _ => self.time_id(),
        })
    }

    /// The id of the way that is chosen.
    pub fn chosen_id(&self) -> String {
        self.way_id(self.kind)
    }

    fn way_id(&self, kind: Kind) -> String {
        format!("{}-{kind:?}", self.id)
    }

    fn date_id(&self) -> String {
        format!("{}-date", self.id)
    }

    fn time_id(&self) -> String {
        format!("{}-time", self.id)
    }

    /// Draws it.
    pub fn view(&self) -> Element<'_, Message> {
        let way = |kind, words| {
            radio(words, self.kind == kind, Message::Chosen(kind)).id(self.way_id(kind))
        };
        let ways = row![
            way(Kind::Now, t("starts-now")),
            way(Kind::Tonight, t("starts-tonight")),
            way(Kind::Date, t("starts-date")),
        ]
        .spacing(space::L)
        .align_y(Alignment::Center);
        let wrong = |about_date: bool| {
            let about = match (&self.wrong, self.kind) {
                (Some(Wrong::Date), _) if about_date => t("fault-day"),
                (Some(Wrong::Time), _) if !about_date => t("fault-time"),
                (Some(Wrong::Moment(error)), kind) if about_date == (kind == Kind::Date) => {
                    faults::sentence(error)
                }
                _ => return None,
            };
            Some(about)
        };
        let date = (self.kind == Kind::Date).then(|| {
            field(t("date"), &self.date, Message::Date)
                .id(self.date_id())
                .placeholder(t("day-example"))
                .width(150.0)
                .error(wrong(true))
        });
        let time = (self.kind != Kind::Now).then(|| {
            field(t("time"), &self.time, Message::Time)
                .id(self.time_id())
                .placeholder("18:30")
                .width(110.0)
                .error(wrong(false))
        });
        let typed = time.map(|time| {
            let zone = t!("time-zone", place = when::place(&self.zone));
            column![row![].push(date).push(time).spacing(space::M), muted(zone)].spacing(space::XS)
        });
        column![ways].push(typed).spacing(space::S).into()
    }
}

fn tomorrow(now: Timestamp, zone: &str) -> Date {
    let today = when::local(now, zone).date();
    today.checked_add(1.day()).unwrap_or(today)
}

fn read_time(typed: &str) -> Option<Time> {
    let typed = typed.trim().to_ascii_uppercase();
    // "6pm" is as good as "6 pm".
    let spaced = match typed.strip_suffix("PM").map(|time| (time, "PM")) {
        Some((time, half)) => format!("{} {half}", time.trim()),
        None => match typed.strip_suffix("AM") {
            Some(time) => format!("{} AM", time.trim()),
            None => typed,
        },
    };
    TIMES
        .iter()
        .find_map(|form| Time::strptime(form, &spaced).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_here_write_them() {
        for typed in ["18:30", "18.30", "6:30 pm", "6:30PM"] {
            assert_eq!(
                read_time(typed),
                Some(jiff::civil::time(18, 30, 0, 0)),
                "{typed}"
            );
        }
        assert_eq!(read_time("6pm"), Some(jiff::civil::time(18, 0, 0, 0)));
        for typed in ["", "25:00", "half past six", "18:3O"] {
            assert_eq!(read_time(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_evening_is_todays_while_it_lies_ahead() {
        let zone = "Australia/Sydney";
        let zone_of = jiff::tz::TimeZone::get(zone).unwrap();
        for (now, kind, from) in [
            (
                "2026-11-24T07:29:59Z",
                Kind::Tonight,
                "2026-11-24T07:30:00Z",
            ),
            ("2026-11-24T07:30:00Z", Kind::Date, "2026-11-25T07:30:00Z"),
            // The morning of the 25th, on the practice's clock.
            (
                "2026-11-24T13:30:00Z",
                Kind::Tonight,
                "2026-11-25T07:30:00Z",
            ),
        ] {
            let now: Timestamp = now.parse().unwrap();
            let mut state = State::tonight("test", now, zone);
            assert_eq!(state.kind, kind, "{now}");
            let starts = state.asked(now).unwrap().moment(&zone_of, now);
            assert_eq!(starts.unwrap().to_string(), from, "{now}");
        }
    }

    #[test]
    fn a_start_that_stands_is_shown_as_it_was_entered() {
        let now: Timestamp = "2026-11-24T05:00:00Z".parse().unwrap();
        let zone = "Australia/Sydney";
        let tonight: Timestamp = "2026-11-24T07:30:00Z".parse().unwrap();
        let mut shown = State::at("test", tonight, now, zone);
        assert_eq!((shown.kind, shown.time.as_str()), (Kind::Tonight, "18:30"));
        let starts = shown.asked(now).unwrap();
        let zone_of = jiff::tz::TimeZone::get(zone).unwrap();
        assert_eq!(starts.moment(&zone_of, now), Ok(tonight));
        let mut tomorrow = State::tomorrow("test", now, zone);
        let starts = tomorrow.asked(now).unwrap();
        assert_eq!(
            starts.moment(&zone_of, now).unwrap().to_string(),
            "2026-11-24T13:00:00Z"
        );
        tomorrow.update(Message::Date("soon".into()));
        assert_eq!(tomorrow.asked(now), Err("test-date".into()));
    }
}
