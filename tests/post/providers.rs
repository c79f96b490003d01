//! Where the real mail server and the real gateway are, and what has come out of them.

use std::path::{Path, PathBuf};

use vestibule::domain::{EmailAddress, Kannel, MailSecurity, MailServer, SmsGateway};

use crate::received::Received;

/// What `tests/run post` says.
fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("no {name}: `tests/run post` starts the servers"))
}

/// The mail server, by the name of its certificate.
pub(crate) fn mail_server() -> MailServer {
    MailServer {
        host: "localhost".to_owned(),
        port: told("VESTIBULE_TEST_SMTP").parse().unwrap(),
        security: MailSecurity::StartTls,
        user: Some("clinic".to_owned()),
        from: EmailAddress::parse("codes@hills.example").unwrap(),
        from_name: Some("Hills Clinic".to_owned()),
    }
}

/// The gateway.
pub(crate) fn sms_gateway() -> SmsGateway {
    SmsGateway::Kannel(Kannel {
        url: format!("http://127.0.0.1:{}", told("VESTIBULE_TEST_KANNEL")),
        user: "clinic".to_owned(),
        sender: Some("HillsClinic".to_owned()),
    })
}

/// The letters to an address that lie in its mailbox, the oldest first.
pub(crate) fn letters(to: &str) -> Vec<Received> {
    let folder = Path::new(&told("VESTIBULE_TEST_MAIL")).join("mail/new");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort_by_key(|file| delivered(file));
    let read = |path: &PathBuf| Received {
        from: String::new(),
        to: String::new(),
        signed_in: None,
        encrypted: true,
        source: std::fs::read_to_string(path).unwrap().replace('\n', "\r\n"),
    };
    let all = files.iter().map(read);
    all.filter(|letter| letter.header("To") == to).collect()
}

/// The second and the microsecond in which Exim delivered a letter, by the name of its file:
/// `%ld.M%luP%lu.%s`. The numbers have no leading zeros, so that names do not sort as they came.
fn delivered(file: &Path) -> (u64, u64) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let (second, rest) = name.split_once(".M").unwrap();
    let (microsecond, _) = rest.split_once('P').unwrap();
    (second.parse().unwrap(), microsecond.parse().unwrap())
}

/// The lines of the mail server's log that say this.
pub(crate) fn said_of_mail(words: &str) -> Vec<String> {
    let log = Path::new(&told("VESTIBULE_TEST_MAIL")).join("exim-main.log");
    lines(&log, words)
}

/// The text messages to a number that the SMS centre was given, the oldest first.
pub(crate) fn texts(to: &str) -> Vec<String> {
    let begin = format!("<HillsClinic {to} text ");
    let given = lines(Path::new(&told("VESTIBULE_TEST_TEXTS")), &begin);
    let text = |line: &String| {
        let (_, text) = line.split_once(&begin).unwrap();
        text.strip_suffix('>').unwrap().to_owned()
    };
    given.iter().map(text).collect()
}

/// The whole lines of a file that hold these words.
fn lines(file: &Path, words: &str) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let lines = whole.lines().filter(|line| line.contains(words));
    lines.map(str::to_owned).collect()
}
