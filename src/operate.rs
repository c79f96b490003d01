//! What whoever runs a server does on its machine: the program `vestibule-server`.
//!
//! Knows the configuration, the service and the server. Must not know a rule: a command asks the
//! service as an operator, which no token makes. Whatever is secret is typed where it is not shown,
//! or comes on standard input, out of a file or the environment; never from an argument, which
//! others on the machine can read.

/// Says something on standard output. Whoever does not read on (`| head`) has heard enough.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod check;
mod config;
mod dev;
mod import;
mod messages;
mod practice;
mod rotation;
mod secrets;
mod sentence;
mod serve;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::api::Error;
use crate::delivery::{Patience, Post};
use crate::logging::{self, Form};
use crate::service::{Clock, DatabaseClock, HashCost, Keys, Service, SystemClock, SystemRandom};
use crate::store::{Connections, Fault, Store};
pub use config::{Config, NotConfigured};
use config::{Level, Place, Sending};
use practice::NewPractice;
use sentence::sentence;

/// Where the configuration is, unless another file is named.
const CONFIG: &str = "/etc/vestibule/server.toml";

/// The verification server of Vestibule.
#[derive(Debug, Parser)]
#[command(name = "vestibule-server", version)]
pub struct Arguments {
    /// The configuration
    #[arg(long, global = true, default_value = CONFIG)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop; SIGHUP reads the certificate again
    Serve {
        /// On this computer alone, over SQLite and with a certificate of its own, to try it
        #[arg(long)]
        dev: bool,
        /// Where the trial server keeps what it makes
        #[arg(long, requires = "dev", default_value = dev::FOLDER)]
        folder: PathBuf,
        /// The port of the trial server
        #[arg(long, requires = "dev", default_value_t = dev::PORT)]
        port: u16,
    },
    /// Look at configuration, keys, database, clock, certificate, and at the mail server and the
    /// SMS gateway of each practice: one line each
    Check,
    /// Bring the database's schema up to date
    Migrate,
    /// Make the first practice, and an invitation for its first person
    FirstUser(NewPractice),
    /// What concerns practices
    #[command(subcommand)]
    Practice(PracticeCommand),
    /// Make another invitation for somebody with full access who has no password yet
    InviteAgain(practice::Invited),
    /// Give somebody with full access a new password and let them set up two-factor again; their
    /// sessions end
    BreakGlass(practice::BreakGlass),
    /// Send a test message of a practice, and say what its mail server or SMS gateway made of it
    SendTest(messages::SendTest),
    /// After a restore: end sessions, count time steps as spent, void codes
    SettleRestored,
    /// Take in the practice of a computer, out of the file that `vestibule export` made
    Import {
        /// The file
        file: PathBuf,
    },
    /// Make new keys for a new server, on standard output
    MakeKeys {
        /// The keys of this server instead, with a new data key beside the one that it has
        #[arg(long, conflicts_with = "drop_old")]
        add: bool,
        /// The keys of this server instead, without the data keys that were rotated away
        #[arg(long)]
        drop_old: bool,
        /// Into the file that [keys] names, and not on standard output: nothing that is there is lost
        /// on the way
        #[arg(long)]
        write: bool,
    },
    /// Seal everything with the newest data key, while replicas serve; begins again where it stopped
    RotateKey,
    /// The OpenAPI document of the calls, on standard output
    OpenApi,
}

#[derive(Debug, Subcommand)]
enum PracticeCommand {
    /// Make one more practice, and an invitation for its first person
    Add(NewPractice),
}

impl Arguments {
    /// Does it.
    ///
    /// # Errors
    ///
    /// A sentence on why it was not done.
    pub fn run(self) -> Result<(), String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let done = runtime.block_on(self.done());
        // What works in the background has nothing that must not be cut off.
        runtime.shutdown_background();
        done
    }

    async fn done(self) -> Result<(), String> {
        let file = &self.config;
        match self.command {
            Command::Serve {
                dev: true,
                folder,
                port,
            } => {
                let _log = logging::start_beside(&Level::Info.filter(), Form::Lines);
                dev::serve(&folder, port).await
            }
            Command::Serve { .. } => {
                let config = configuration(file)?;
                let _log = logging::start_beside(&config.log.level.filter(), config.log.format);
                serve::serve(&config).await
            }
            Command::OpenApi => secrets::print(&format!("{:#}", crate::server::document())),
            Command::Check => check::all(&in_words(file)?).await,
            Command::MakeKeys {
                add: true, write, ..
            } => {
                let config = in_words(file)?;
                let keys = secrets::keys_to_change(&config, write)?;
                secrets::give(&keys.with_new(&SystemRandom), write.then_some(&config))
            }
            Command::MakeKeys {
                drop_old: true,
                write,
                ..
            } => {
                let config = in_words(file)?;
                let service = open(&config, false).await?;
                let done = rotation::is_done(&service).await;
                service.close().await;
                done?;
                let keys = secrets::keys_to_change(&config, write)?;
                secrets::give(&keys.newest_alone(), write.then_some(&config))
            }
            Command::MakeKeys { write: true, .. } => {
                let config = in_words(file)?;
                secrets::refuse_to_replace(&config)?;
                secrets::give(&Keys::generate(&SystemRandom), Some(&config))
            }
            Command::MakeKeys { .. } => secrets::give(&Keys::generate(&SystemRandom), None),
            Command::Migrate => {
                open(&in_words(file)?, true).await?.close().await;
                say!("The database is up to date.");
                Ok(())
            }
            Command::FirstUser(new) => {
                by_service(file, async |service| practice::first(service, new).await).await
            }
            Command::Practice(PracticeCommand::Add(new)) => {
                by_service(file, async |service| practice::add(service, new).await).await
            }
            Command::InviteAgain(whom) => {
                by_service(file, async |it| practice::invite_again(it, whom).await).await
            }
            Command::BreakGlass(whom) => {
                by_service(file, async |it| practice::break_glass(it, whom).await).await
            }
            Command::SendTest(test) => {
                by_service(file, async |it| messages::send_test(it, test).await).await
            }
            Command::SettleRestored => by_service(file, settle).await,
            Command::Import { file: practice } => {
                by_service(file, async |it| import::import(it, &practice).await).await
            }
            Command::RotateKey => by_service(file, rotation::rotate).await,
        }
    }
}

fn configuration(file: &Path) -> Result<Config, String> {
    Config::read(file).map_err(|fault| fault.to_string())
}

/// The configuration of a command that says by itself what went wrong: nothing is logged.
fn in_words(file: &Path) -> Result<Config, String> {
    let config = configuration(file)?;
    logging::start("off", Form::Lines);
    Ok(config)
}

/// Has a command ask the service of a configuration.
async fn by_service(
    file: &Path,
    command: impl AsyncFnOnce(&Service) -> Result<(), String>,
) -> Result<(), String> {
    let service = open(&in_words(file)?, false).await?;
    let done = command(&service).await;
    service.close().await;
    done
}

async fn settle(service: &Service) -> Result<(), String> {
    service.settle_restored().await.map_err(sentence)?;
    say!(
        "Everyone signs in again. Codes, invitations and recovery codes of before are void, and \
         new recovery codes are offered at the next sign-in."
    );
    Ok(())
}

/// Why there is no service.
#[derive(Debug, thiserror::Error)]
enum NotOpened {
    /// The database does not answer, which may end by itself.
    #[error("{0}")]
    Away(String),
    /// Somebody has to do something.
    #[error("{0}")]
    Refused(String),
}

impl From<String> for NotOpened {
    fn from(why: String) -> Self {
        Self::Refused(why)
    }
}

impl From<NotOpened> for String {
    fn from(why: NotOpened) -> Self {
        why.to_string()
    }
}

/// The service of a configuration.
async fn open(config: &Config, migrates: bool) -> Result<Service, NotOpened> {
    let keys = secrets::keys(config)?;
    let (store, clock) = store(config, migrates).await?;
    let service = service(store, keys, clock, &config.delivery)?;
    let service = match &config.listen.public_url {
        Some(public) => service.with_reports_at(public.clone()),
        None => service,
    };
    let missing = service.missing_keys().await;
    if missing.as_ref().is_ok_and(Vec::is_empty) {
        return Ok(service);
    }
    service.close().await;
    let done = match migrates {
        true => "The schema is up to date, but nothing can be served with these",
        false => "Nothing was done",
    };
    Err(match missing {
        Ok(missing) => NotOpened::Refused(format!(
            "The database is sealed with other keys than these: {} is missing. {done}: bring it \
             back.",
            missing.join(", ")
        )),
        Err(error @ (Error::Unavailable { .. } | Error::Busy { .. })) => {
            NotOpened::Away(sentence(error))
        }
        Err(error) => NotOpened::Refused(sentence(error)),
    })
}

/// The database, and the clock that decides over it. The schema of a file is brought up to date as
/// it is opened; that of a server when it is asked for, since other replicas may still need it.
async fn store(config: &Config, migrates: bool) -> Result<(Store, Arc<dyn Clock>), NotOpened> {
    match config.database.place()? {
        Place::Sqlite(path) => {
            if !migrates && !path.exists() {
                return Err(NotOpened::Refused(format!(
                    "There is no database {} yet: `vestibule-server migrate` makes it.",
                    path.display()
                )));
            }
            if let Some(folder) = path.parent().filter(|folder| !folder.is_dir()) {
                return Err(NotOpened::Refused(format!(
                    "There is no folder {} for the database: make it, for the server's account \
                     alone.",
                    folder.display()
                )));
            }
            let opened = Store::open(&path).await;
            let store = opened.map_err(|fault| {
                format!("The database {} cannot be opened: {fault}.", path.display())
            })?;
            Ok((store, Arc::new(SystemClock)))
        }
        Place::Postgres(url) => {
            let address = secrets::with_password(url)?;
            let cannot = |fault: Fault| match fault {
                Fault::Older { found: 0, .. } => NotOpened::Refused(
                    "The database is empty: run `vestibule-server migrate`.".into(),
                ),
                Fault::Older { found, known } => NotOpened::Refused(format!(
                    "The database has the schema {found}, and this program needs {known}: run \
                     `vestibule-server migrate`."
                )),
                Fault::Newer { found, known } => NotOpened::Refused(format!(
                    "The database has the schema {found} of a newer version, and this program knows \
                     {known}: update this program."
                )),
                Fault::Unreachable(_) | Fault::Busy => {
                    NotOpened::Away(format!("The database cannot be used: {fault}."))
                }
                fault => NotOpened::Refused(format!("The database cannot be used: {fault}.")),
            };
            if migrates {
                Store::migrate(&address).await.map_err(cannot)?;
            }
            let connections = Connections {
                most: config.database.connections,
                pooler: config.database.pooler,
            };
            let store = Store::connect(&address, connections)
                .await
                .map_err(cannot)?;
            let clock = DatabaseClock::measured(&store).await.map_err(cannot)?;
            tokio::spawn(clock.clone().run(store.clone()));
            Ok((store, clock))
        }
    }
}

/// A service with a clock, and what carries messages.
fn service(
    store: Store,
    keys: Keys,
    clock: Arc<dyn Clock>,
    sending: &Sending,
) -> Result<Service, String> {
    let post = Post::new(Patience::default()).map_err(|fault| fault.to_string())?;
    let service = Service::new(
        store,
        keys,
        clock,
        Arc::new(SystemRandom),
        HashCost::OWASP,
        Arc::new(post),
    )
    .map_err(sentence)?;
    Ok(match sending.this_computer {
        true => service,
        false => service.sending_through_others(),
    })
}
