//! Whether a database of a server answers, looked at by a connection of its own: where everybody
//! is served at once, all the others are in use, and that is no reason to send people elsewhere.

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Executor};
use tokio::sync::Mutex;

use super::Fault;

/// The connection, made when it is first needed. Whoever asks meanwhile waits, so that there is one
/// however often it is asked.
pub(super) struct Probe {
    options: AnyConnectOptions,
    kept: Mutex<Option<AnyConnection>>,
}

impl Probe {
    pub(super) fn new(options: AnyConnectOptions) -> Self {
        Self {
            options,
            kept: Mutex::default(),
        }
    }

    pub(super) async fn answers(&self) -> Result<(), Fault> {
        let mut kept = self.kept.lock().await;
        // Taken out: whoever stops waiting leaves no half of an answer to the next.
        if let Some(mut connection) = kept.take()
            && asked(&mut connection).await.is_ok()
        {
            *kept = Some(connection);
            return Ok(());
        }
        // The database may have ended it since.
        let mut connection = self.options.connect().await?;
        asked(&mut connection).await?;
        *kept = Some(connection);
        Ok(())
    }
}

async fn asked(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    connection
        .execute("SELECT 1 FROM practices LIMIT 1")
        .await?;
    Ok(())
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe").finish_non_exhaustive()
    }
}
