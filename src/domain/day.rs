//! A day as people here write it.

use jiff::civil::Date;

/// How a day may be written, the day before the month.
const FORMS: [&str; 6] = [
    "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y",
];
/// Years that a day may be in: a year of two digits is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2999;

/// Reads a day as it was typed: "24/11/2026", "24.11.2026", "2026-11-24" or "24 Nov 2026".
#[must_use]
pub fn typed_day(typed: &str) -> Option<Date> {
    let typed = typed.trim();
    let mut forms = FORMS.iter();
    let read = forms.find_map(|form| Date::strptime(form, typed).ok());
    read.filter(|day| YEARS.contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written_here() {
        let expected = jiff::civil::date(2026, 11, 4);
        for typed in [
            "4/11/2026",
            "04/11/2026",
            " 4-11-2026 ",
            "4.11.2026",
            "2026-11-04",
            "4 Nov 2026",
            "4 November 2026",
            "4 nov 2026",
        ] {
            assert_eq!(typed_day(typed), Some(expected), "{typed}");
        }
        for typed in [
            "",
            "4/11",
            "4/11/26",
            "31/2/2026",
            "31/11/2026",
            "11/24/2026",
            "1/1/12026",
            "1/1/1066",
            "today",
            "４/11/2026",
        ] {
            assert_eq!(typed_day(typed), None, "{typed}");
        }
    }
}
