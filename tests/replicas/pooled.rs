//! A pooler in transaction mode between the replicas and their database: PgBouncer of this system,
//! with fewer sessions than there are connections, so that each transaction may get another one.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use tokio::task::JoinSet;
use vestibule::api::Error;

use crate::lost::{HEALED, in_the_midst};
use crate::person::{Person, submit};
use crate::postgres::Database;
use crate::replica::until;
use crate::stage::Stage;

/// The sessions that all replicas share.
const SESSIONS: i64 = 2;
/// What a replica is told of it.
const TOLD: &str = "pooler = true\n";

/// Ends with whoever has it.
struct Pooler {
    port: u16,
    folder: tempfile::TempDir,
    process: Mutex<Child>,
}

impl Pooler {
    async fn new() -> Self {
        Self::dropping("extra_float_digits").await
    }

    /// One that drops these parameters of a session that begins, and refuses others.
    async fn dropping(these: &str) -> Self {
        let server = std::env::var("VESTIBULE_TEST_POSTGRES").unwrap();
        let server = url::Url::parse(&server).unwrap();
        // Free a moment ago.
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            "[databases]
* = host={} port={} user={}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {SESSIONS}
max_client_conn = 200
log_connections = 0
log_disconnections = 0
ignore_startup_parameters = {these}
",
            server.host_str().unwrap(),
            server.port().unwrap_or(5_432),
            server.username()
        );
        // It is read by somebody else.
        fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        fs::write(folder.path().join("pgbouncer.ini"), text).unwrap();
        let process = Mutex::new(run(&folder));
        let pooler = Self {
            port,
            folder,
            process,
        };
        pooler.answers().await;
        pooler
    }

    /// Where a database is reached through it.
    fn url(&self, database: &Database) -> String {
        let mut url = url::Url::parse(&database.url()).unwrap();
        url.set_port(Some(self.port)).unwrap();
        url.into()
    }

    async fn answers(&self) {
        let at = ("127.0.0.1", self.port);
        let answers = async || tokio::net::TcpStream::connect(at).await.is_ok();
        until("the pooler answers", answers).await;
    }

    /// SIGKILL, and another in its place.
    async fn restart(&self) {
        {
            let mut process = self.process.lock().unwrap();
            process.kill().unwrap();
            process.wait().unwrap();
            *process = run(&self.folder);
        }
        self.answers().await;
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join("said")).unwrap_or_default()
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        if let Ok(process) = self.process.get_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("{}", self.said());
        }
    }
}

fn run(folder: &tempfile::TempDir) -> Child {
    let said = folder.path().join("said");
    let said = File::options().create(true).append(true).open(said);
    let mut program = Command::new("pgbouncer");
    // It refuses to run as root.
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        program.args(["-u", "nobody"]);
    }
    program
        .arg(folder.path().join("pgbouncer.ini"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said.unwrap())
        .spawn()
        .expect("pgbouncer runs: tests/run installs it")
}

/// How many sessions the database has, that of whoever asks among them.
async fn sessions(stage: &Stage) -> i64 {
    let count = "SELECT COUNT(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND backend_type = 'client backend'";
    stage.number(count).await
}

/// So many sign in at the same time; how many got in.
async fn at_once(people: &[Person<'_>]) -> usize {
    let mut all = JoinSet::new();
    for person in people {
        person.rested().await;
        let due = person.code_due().await;
        let (way, code) = (person.way.clone(), person.code().await);
        all.spawn(async move { submit(&way, &due, &code).await });
    }
    let answers = all.join_all().await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    answers.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_whose_transactions_share_sessions_let_each_in_once() {
    let pooler = Pooler::new().await;
    let stage = Stage::through(pooler.port, TOLD).await;
    stage.manager().await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(stage.hire().await);
    }
    assert_eq!(at_once(&people).await, 8);
    assert!(sessions(&stage).await <= SESSIONS);

    // One right code from many sides makes one session.
    let person = &people[0];
    person.rested().await;
    let (due, code) = (person.code_due().await, person.code().await);
    let before = person.sessions().await;
    let mut all = JoinSet::new();
    for _ in 0..4 {
        let (way, due, code) = (person.way.clone(), due.clone(), code.clone());
        all.spawn(async move { submit(&way, &due, &code).await });
    }
    let answers = all.join_all().await;
    let inside = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(
        (inside, person.sessions().await),
        (1, before + 1),
        "{answers:?}"
    );

    // Of many wrong ones five are looked at, and all of those are counted.
    let person = &people[1];
    person.rested().await;
    let due = person.code_due().await;
    let mut all = JoinSet::new();
    for code in person.wrong(40).await {
        let (way, due) = (person.way.clone(), due.clone());
        all.spawn(async move { submit(&way, &due, &code).await });
    }
    let answers = all.join_all().await;
    let wrong = |answer: &&Result<_, Error>| matches!(answer, Err(Error::CodeWrong { .. }));
    let looked_at = answers.iter().filter(wrong).count();
    assert_eq!((looked_at, person.failures().await), (5, 5), "{answers:?}");

    // It is killed in the midst, and another takes its place.
    let healed = in_the_midst(&stage, async || pooler.restart().await, async || {}).await;
    assert!(healed <= HEALED, "nobody got in for {healed:?}");
    assert_eq!(stage.deadlocks().await, 0);
}

/// The schema is made through it, and a replica that starts beside others that work is not confused
/// by what a session remembers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_is_made_and_a_replica_starts_while_others_work() {
    let pooler = Pooler::new().await;
    let mut stage = Stage::through(pooler.port, TOLD).await;
    stage.manager().await;
    let empty = Database::empty().await;
    stage
        .another_at(&pooler.url(&empty), TOLD)
        .command(&["migrate"]);
    let replica = &stage.replicas[0];
    let people = [stage.hire().await, stage.hire().await];
    let work = async {
        for _ in 0..6 {
            at_once(&people).await;
        }
    };
    let looks = async {
        for _ in 0..12 {
            let check = replica.begin(&["check"]);
            let checked = tokio::task::spawn_blocking(|| check.wait_with_output());
            let said = checked.await.unwrap().unwrap();
            let said = String::from_utf8(said.stdout).unwrap();
            assert!(said.contains("ok     database"), "{said}");
        }
    };
    tokio::join!(work, looks);
    drop(people);
    stage.replicas[1].kill();
    stage.replicas[1].start();
    stage.replicas[1].ready().await;
}

/// Whoever forgets to say that there is one is told so, before anybody is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_nobody_told_of_is_named_at_the_start() {
    // Whether it refuses what a session is begun with, or says nothing and drops it.
    for these in ["extra_float_digits", "extra_float_digits, options"] {
        let pooler = Pooler::dropping(these).await;
        let stage = Stage::at_rest().await;
        let mut replica = stage.another_at(&pooler.url(&stage.database), "");
        let checked = replica.begin(&["check"]).wait_with_output().unwrap();
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(said.contains("WRONG  database"), "{said}");
        assert!(said.contains("set `pooler = true` in [database]"), "{said}");
        assert!(!checked.status.success());
        replica.start();
        assert!(!replica.ended().await.success());
        let said = replica.said();
        assert!(said.contains("set `pooler = true` in [database]"), "{said}");
    }
}
