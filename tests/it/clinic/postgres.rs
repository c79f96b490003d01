//! Databases of a PostgreSQL server, one for each clinic.

use std::str::FromStr;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Executor, Row, TypeInfo, ValueRef};
use tokio::sync::OnceCell;
use url::Url;
use vestibule::store::{Connections, Fault, Store};

/// As many as a clinic may use at a time: more than it has on a file, since they write side by side.
const CONNECTIONS: u32 = 8;

/// What every clinic of this process is a copy of.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database, gone with whoever has it.
pub(crate) struct Database {
    name: String,
}

impl Database {
    /// A copy of one that was migrated.
    pub(crate) async fn new() -> Self {
        let template = TEMPLATE.get_or_init(template).await;
        Self::made(&format!("TEMPLATE {template}")).await
    }

    /// One with nothing in it.
    #[allow(dead_code, reason = "for what is PostgreSQL's alone")]
    pub(crate) async fn empty() -> Self {
        Self::made(COLLATED).await
    }

    async fn made(how: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("clinic_{}_{count}", std::process::id());
        run(&format!("CREATE DATABASE {name} {how}")).await;
        Self { name }
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        url(&self.name)
    }

    pub(crate) async fn store(&self) -> Result<Store, Fault> {
        Store::connect(&self.url(), connections(CONNECTIONS)).await
    }

    /// A connection past the product.
    pub(crate) async fn raw(&self) -> PgConnection {
        let options = PgConnectOptions::from_str(&self.url()).unwrap();
        options.connect().await.unwrap()
    }

    pub(crate) async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        let mut connection = self.raw().await;
        let text = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let rows = connection.fetch_all(text).await.unwrap();
        connection.close().await.unwrap();
        rows.iter().map(values).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        // What is dropped with a runtime cannot wait in it, and the next clinic need not wait for
        // the server: what the end of the process leaves goes with the server of the run.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(run(&drop));
        });
    }
}

/// So many connections, with nothing in between.
pub(crate) fn connections(most: u32) -> Connections {
    Connections {
        most,
        pooler: false,
    }
}

/// Another order of letters than that of their bytes: nothing may depend on it.
const COLLATED: &str = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en-AU' \
                        LC_COLLATE 'C' LC_CTYPE 'C'";

async fn template() -> String {
    let name = format!("template_{}", std::process::id());
    run(&format!("DROP DATABASE IF EXISTS {name}")).await;
    run(&format!("CREATE DATABASE {name} {COLLATED}")).await;
    Store::migrate(&url(&name)).await.unwrap();
    name
}

fn url(database: &str) -> String {
    let server =
        std::env::var("VESTIBULE_TEST_POSTGRES").expect("VESTIBULE_TEST_POSTGRES names the server");
    let mut url = Url::parse(&server).unwrap();
    url.set_path(database);
    url.into()
}

/// Runs a statement beside all clinics.
async fn run(sql: &str) {
    let server =
        std::env::var("VESTIBULE_TEST_POSTGRES").expect("VESTIBULE_TEST_POSTGRES names the server");
    let options = PgConnectOptions::from_str(&server).unwrap();
    let mut connection = options.connect().await.unwrap();
    let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    connection.execute(statement).await.unwrap();
    connection.close().await.unwrap();
}

/// The values of a row as text, as [`super::Clinic::sql`] tells them.
fn values(row: &PgRow) -> Vec<String> {
    let text = |at: usize| {
        let value = row.try_get_raw(at).unwrap();
        let is_bytes = value.type_info().name() == "BYTEA";
        if value.is_null() {
            return String::new();
        }
        let text = value.as_str().unwrap();
        match text.strip_prefix(r"\x").filter(|_| is_bytes) {
            Some(hex) => hex.to_uppercase(),
            None => text.to_owned(),
        }
    };
    row.columns().iter().map(|c| text(c.ordinal())).collect()
}
