//! A report on A4 paper: a title, some lines, a table that goes on over as many pages as it needs.
//!
//! The text is set here, one glyph for a character: names and dates need no more. Its fonts are
//! those of the window, embedded.

use krilla::Document;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;
use unicode_normalization::UnicodeNormalization;

use crate::domain::Timestamp;
use crate::words::t;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const STRONG: &[u8] = include_bytes!("../../assets/fonts/Inter-SemiBold.otf");

/// A4, in points (ISO 216).
const PAGE: (f32, f32) = (595.0, 842.0);
/// On every side.
const MARGIN: f32 = 44.0;
/// From one line of the table to the next.
const LINE: f32 = 16.0;
const TITLE: f32 = 17.0;
const BODY: f32 = 9.0;
const SMALL: f32 = 8.0;

/// What stands in the place of what does not fit.
const CUT: char = '…';

/// What is to be put on paper.
#[derive(Clone, Debug)]
pub(super) struct Report {
    /// Whose it is: on every page.
    pub(super) of: String,
    /// Its title.
    pub(super) title: String,
    /// When it was made.
    pub(super) made: Timestamp,
    /// The lines between title and table.
    pub(super) above: Vec<String>,
    /// The columns of the table.
    pub(super) columns: Vec<Column>,
    /// Its lines, with a cell for each column.
    pub(super) lines: Vec<Vec<String>>,
}

/// A column of the table.
#[derive(Clone, Debug)]
pub(super) struct Column {
    head: String,
    width: f32,
    right: bool,
}

impl Column {
    /// A column of words, so many points wide.
    pub(super) const fn new(head: String, width: f32) -> Self {
        Self {
            head,
            width,
            right: false,
        }
    }

    /// A column of numbers.
    pub(super) const fn right(head: String, width: f32) -> Self {
        Self {
            head,
            width,
            right: true,
        }
    }
}

/// A text in its place.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) words: String,
    x: f32,
    y: f32,
    size: f32,
    strong: bool,
}

/// The pages of a report, each with its texts.
///
/// # Errors
///
/// A sentence, if a font cannot be read.
pub(super) fn pages(report: &Report) -> Result<Vec<Vec<Text>>, String> {
    let (regular, strong) = (Cut::of(REGULAR)?, Cut::of(STRONG)?);
    let mut pages = vec![first_page(report)];
    let bottom = PAGE.1 - MARGIN - 2.0 * LINE;
    let mut y = MARGIN + 30.0 + LINE * (report.above.len() as f32 + 2.0);
    let mut lines = report.lines.iter().peekable();
    loop {
        let heads: Vec<&str> = report.columns.iter().map(|column| &*column.head).collect();
        let mut page = pages.pop().unwrap_or_default();
        page.extend(row(report, &heads, y, true, &strong));
        y += LINE + 2.0;
        while y < bottom {
            let Some(line) = lines.next() else { break };
            let cells: Vec<&str> = line.iter().map(String::as_str).collect();
            page.extend(row(report, &cells, y, false, &regular));
            y += LINE;
        }
        pages.push(page);
        if lines.peek().is_none() {
            break;
        }
        pages.push(Vec::new());
        y = MARGIN + LINE;
    }
    let all = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        page.extend(foot(report, number + 1, all, &regular));
    }
    Ok(pages)
}

fn first_page(report: &Report) -> Vec<Text> {
    let text = |words: &str, y: f32, size: f32, strong: bool| Text {
        words: words.to_owned(),
        x: MARGIN,
        y,
        size,
        strong,
    };
    let mut page = vec![text(&report.title, MARGIN + TITLE, TITLE, true)];
    for (number, line) in report.above.iter().enumerate() {
        let y = MARGIN + 30.0 + LINE * (number as f32 + 1.0);
        page.push(text(line, y, BODY, false));
    }
    page
}

fn row(report: &Report, cells: &[&str], y: f32, strong: bool, cut: &Cut<'_>) -> Vec<Text> {
    let mut x = MARGIN;
    let mut texts = Vec::with_capacity(cells.len());
    for (column, cell) in report.columns.iter().zip(cells) {
        let words = cut.to_fit(cell, BODY, column.width - 6.0);
        let room = column.width - cut.width(&words, BODY);
        texts.push(Text {
            words,
            x: if column.right { x + room } else { x },
            y,
            size: BODY,
            strong,
        });
        x += column.width;
    }
    texts
}

fn foot(report: &Report, page: usize, all: usize, cut: &Cut<'_>) -> [Text; 3] {
    let numbered = t!("page-number", page = page, all = all);
    let of = cut.to_fit(&report.of, SMALL, 200.0);
    let right = PAGE.0 - MARGIN - cut.width(&numbered, SMALL);
    let middle = (PAGE.0 - cut.width(&report.title, SMALL)) / 2.0;
    [
        (of, MARGIN),
        (report.title.clone(), middle),
        (numbered, right),
    ]
    .map(|(words, x)| Text {
        words,
        x,
        y: PAGE.1 - MARGIN,
        size: SMALL,
        strong: false,
    })
}

/// A report as a PDF file.
///
/// # Errors
///
/// A sentence, if a font cannot be read or the file cannot be made.
pub(super) fn file(report: &Report) -> Result<Vec<u8>, String> {
    let fonts = (Set::of(REGULAR)?, Set::of(STRONG)?);
    let mut document = Document::new();
    let made = report.made.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or_default())
        .month(made.month().unsigned_abs())
        .day(made.day().unsigned_abs())
        .hour(made.hour().unsigned_abs())
        .minute(made.minute().unsigned_abs())
        .second(made.second().unsigned_abs());
    document.set_metadata(
        Metadata::new()
            .title(format!("{} - {}", report.title, report.of))
            .creator(t("product"))
            .creation_date(date)
            .language("en-AU".into()),
    );
    let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(unmade)?;
    for texts in pages(report)? {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for text in texts {
            let set = if text.strong { &fonts.1 } else { &fonts.0 };
            let words: String = text.words.nfc().collect();
            let glyphs = set.cut.glyphs(&words);
            let start = Point::from_xy(text.x, text.y);
            surface.draw_glyphs(start, &glyphs, set.font.clone(), &words, text.size, false);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| unmade())
}

fn unmade() -> String {
    t("pdf-not-made")
}

/// A font to be embedded, and its measures.
struct Set {
    font: Font,
    cut: Cut<'static>,
}

impl Set {
    fn of(bytes: &'static [u8]) -> Result<Self, String> {
        Ok(Self {
            font: Font::new(bytes.into(), 0).ok_or_else(unmade)?,
            cut: Cut::of(bytes)?,
        })
    }
}

/// The measures of a font.
struct Cut<'a>(Face<'a>);

impl<'a> Cut<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, String> {
        Face::parse(bytes, 0).map(Self).map_err(|_| unmade())
    }

    /// One glyph for a character; of one that the font lacks, its empty box.
    fn glyph(&self, character: char) -> (u16, f32) {
        let glyph = self.0.glyph_index(character).unwrap_or_default();
        let advance = self.0.glyph_hor_advance(glyph).unwrap_or_default();
        let advance = f32::from(advance) / f32::from(self.0.units_per_em());
        (glyph.0, advance)
    }

    fn glyphs(&self, words: &str) -> Vec<KrillaGlyph> {
        let set = words.char_indices().map(|(at, character)| {
            let (glyph, advance) = self.glyph(character);
            let range = at..at + character.len_utf8();
            let glyph = GlyphId::new(u32::from(glyph));
            KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, range, None)
        });
        set.collect()
    }

    fn width(&self, words: &str, size: f32) -> f32 {
        let advances = words.chars().map(|character| self.glyph(character).1);
        advances.sum::<f32>() * size
    }

    /// The words, or as many of them as fit.
    fn to_fit(&self, words: &str, size: f32, room: f32) -> String {
        if self.width(words, size) <= room {
            return words.to_owned();
        }
        let mut left = room - self.width(&CUT.to_string(), size);
        let fits = words.chars().take_while(|character| {
            left -= self.glyph(*character).1 * size;
            left >= 0.0
        });
        let mut cut: String = fits.collect();
        cut.truncate(cut.trim_end().len());
        cut.push(CUT);
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_shortened_to_its_column() {
        let cut = Cut::of(REGULAR).unwrap();
        assert_eq!(cut.to_fit("Alex Lee", BODY, 144.0), "Alex Lee");
        let long = "Maximiliana Featherstonehaugh-Cholmondeley of Wagga Wagga";
        let short = cut.to_fit(long, BODY, 144.0);
        assert!(
            short.ends_with(CUT) && short.chars().count() > 15,
            "{short}"
        );
        assert!(cut.width(&short, BODY) <= 144.0);
    }
}
