//! A letter as it came, and as its reader sees it.

use data_encoding::BASE64;

/// A letter that was taken.
#[derive(Debug, Clone)]
pub struct Received {
    /// The address in MAIL FROM.
    pub from: String,
    /// The address in RCPT TO.
    pub to: String,
    /// Who signed in to send it, and the password.
    pub signed_in: Option<(String, String)>,
    /// Whether it came within TLS.
    pub encrypted: bool,
    /// Header and body as they came, the dots that were stuffed taken out.
    pub source: String,
}

impl Received {
    /// A header's value, unfolded and its encoded words (RFC 2047) read; there must be one of it.
    pub fn header(&self, name: &str) -> String {
        let (head, _) = self.source.split_once("\r\n\r\n").unwrap();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let mut values = unfolded.split("\r\n").filter_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        let value = values.next().unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(values.next(), None, "two {name}");
        words(&value)
    }

    /// The names of all headers, in order.
    pub fn header_names(&self) -> Vec<String> {
        let (head, _) = self.source.split_once("\r\n\r\n").unwrap();
        let lines = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']));
        lines
            .map(|line| line.split_once(':').unwrap().0.to_owned())
            .collect()
    }

    /// The subject.
    pub fn subject(&self) -> String {
        self.header("Subject")
    }

    /// What it says, its lines ended by LF.
    pub fn text(&self) -> String {
        self.part("text/plain; charset=utf-8")
    }

    /// The page of the same words.
    pub fn page(&self) -> String {
        self.part("text/html; charset=utf-8")
    }

    /// The only part of this kind, of the two that there must be.
    fn part(&self, kind: &str) -> String {
        let (_, body) = self.source.split_once("\r\n\r\n").unwrap();
        let boundary = self.header("Content-Type");
        let boundary = boundary
            .strip_prefix("multipart/alternative; boundary=")
            .unwrap();
        let mark = format!("--{}", boundary.trim_matches('"'));
        let parts: Vec<_> = body.split(mark.as_str()).collect();
        let [before, plain, page, after] = parts[..] else {
            panic!("{} parts", parts.len());
        };
        assert_eq!((before, after.trim_end()), ("", "--"));
        let part = |source: &str| Self {
            source: source.strip_prefix("\r\n").unwrap().to_owned(),
            ..self.clone()
        };
        let kinds = [plain, page].map(|it| part(it).header("Content-Type"));
        assert_eq!(
            kinds,
            ["text/plain; charset=utf-8", "text/html; charset=utf-8"]
        );
        let of_kind = [plain, page].into_iter().map(part);
        let mut of_kind = of_kind.filter(|it| it.header("Content-Type") == kind);
        of_kind.next().unwrap().decoded()
    }

    fn decoded(&self) -> String {
        let (_, body) = self.source.split_once("\r\n\r\n").unwrap();
        // The end of the line before the mark is the mark's (RFC 2046, 5.1.1).
        let body = body.strip_suffix("\r\n").unwrap_or(body);
        let bytes = match self.header("Content-Transfer-Encoding").as_str() {
            "7bit" => body.as_bytes().to_vec(),
            "quoted-printable" => printable(&body.replace("=\r\n", "")),
            "base64" => BASE64.decode(body.replace("\r\n", "").as_bytes()).unwrap(),
            other => panic!("{other}"),
        };
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
    }

    /// The code that it brings: the only run of six digits in its text.
    pub fn code(&self) -> String {
        six_digits(&self.text())
    }
}

/// The one code in a text.
pub(super) fn six_digits(text: &str) -> String {
    let code =
        vestibule::domain::Code::find(text).unwrap_or_else(|_| panic!("no code in {text:?}"));
    code.expose().to_owned()
}

/// Quoted-printable (RFC 2045, 6.7) without its soft ends of lines.
fn printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'=' {
            let hex = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}

/// Encoded words (RFC 2047) in base64, the only kind that is written; a space between two of them
/// is none.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let (word, after) = after.split_once("?=").unwrap();
        if !before.trim().is_empty() {
            text.push_str(before);
        }
        let bytes = BASE64.decode(word.as_bytes()).unwrap();
        text.push_str(std::str::from_utf8(&bytes).unwrap());
        rest = after;
    }
    text + rest
}
