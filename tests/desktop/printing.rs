//! A key on paper: through the print queue of the desk's computer (CUPS), to the printer whose name
//! was read before.

use std::fs;
use std::path::PathBuf;

use crate::desk::{Desk, Running};
use crate::first_run::AMIRA;
use crate::steps::{copy_recovery_key, create_practice, keep_recovery_key, print, print_there};
use crate::until::{PATIENCE, until};

const CONFIG: &str = "Listen HOME/run/cups.sock
Browsing Off
PreserveJobFiles Yes
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
";

const FILES: &str = "FileDevice Yes
ServerRoot HOME/cups
RequestRoot HOME/cups/spool
CacheDir HOME/cups/cache
StateDir HOME/cups/state
TempDir HOME/cups/tmp
AccessLog HOME/cups/access.log
ErrorLog HOME/cups/error.log
PageLog HOME/cups/page.log
";

/// A printer without paper: what it is to print stays in the queue, where it is looked at.
const PRINTERS: &str = "<DefaultPrinter Front_desk>
DeviceURI file:///dev/null
State Idle
Accepting Yes
</DefaultPrinter>
";

/// The print queue of a desk, with one printer.
struct Queue {
    spool: PathBuf,
    _daemon: Running,
}

impl Queue {
    fn start(desk: &Desk) -> Self {
        let home = desk.home();
        let folder = home.join("cups");
        for inner in ["spool", "cache", "state", "tmp"] {
            fs::create_dir_all(folder.join(inner)).unwrap();
        }
        for (name, text) in [
            ("cupsd.conf", CONFIG),
            ("cups-files.conf", FILES),
            ("printers.conf", PRINTERS),
        ] {
            let text = text.replace("HOME", home.to_str().unwrap());
            fs::write(folder.join(name), text).unwrap();
        }
        let daemon = desk
            .command("/usr/sbin/cupsd")
            .arg("-f")
            .arg("-c")
            .arg(folder.join("cupsd.conf"))
            .arg("-s")
            .arg(folder.join("cups-files.conf"))
            .spawn()
            .expect("start cupsd");
        let queue = Self {
            spool: folder.join("spool"),
            _daemon: Running(daemon),
        };
        let socket = home.join("run/cups.sock");
        until(PATIENCE, || socket.exists().then_some(())).expect("cupsd listens within 20 s");
        queue
    }

    /// What was sent to it so far, each as it came.
    fn pages(&self) -> Vec<String> {
        fs::read_dir(&self.spool)
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_name().to_string_lossy().starts_with('d'))
            .map(|entry| fs::read_to_string(entry.path()).unwrap())
            .collect()
    }
}

#[test]
fn a_recovery_key_is_printed_where_the_person_has_read_it_would_be() {
    let desk = Desk::new("printing");
    let app = desk.start_app(&[]);
    create_practice(&app, "Harbour Street Physio", &AMIRA);
    let key = copy_recovery_key(&app);

    print(&app);
    app.wait_text("has no default printer");
    app.shot("no-printer");

    let queue = Queue::start(&desk);
    app.key("Return");
    app.wait_text("goes to Front_desk");
    app.shot("print-there");
    // A second press prints nothing yet.
    app.key("Return");
    app.wait_no_text("goes to Front_desk");
    assert_eq!(queue.pages(), Vec::<String>::new());
    app.key("Return");
    app.wait_text("goes to Front_desk");
    print_there(&app);
    app.wait_text("Sent to Front_desk");
    app.shot("printed");
    let page = until(PATIENCE, || queue.pages().pop()).expect("a page in the queue");
    assert!(page.contains(&key), "{page}");
    assert!(page.contains("Harbour Street Physio"), "{page}");
    assert_eq!(queue.pages().len(), 1);

    // Once more it is asked for anew, by which time the queue is gone.
    drop(queue);
    app.key("Return");
    app.wait_text("has no default printer");

    app.keys("shift+Tab shift+Tab");
    keep_recovery_key(&app);
    app.wait_title("Set up two-factor");
    assert!(app.close_window().success());
}
