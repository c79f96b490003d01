//! Whether a database of a server answers, looked at by a connection of its own: where everybody
//! is served at once, all the others are in use, and that is no reason to send people elsewhere.

use std::sync::{Mutex, PoisonError};

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Executor};

use super::Fault;

/// The connection, made when it is first needed. Whoever stops waiting for an answer takes it away.
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
        let kept = self.lock().take();
        if let Some(connection) = kept
            && self.asked(connection).await.is_ok()
        {
            return Ok(());
        }
        // The database may have ended it since.
        let connection = self.options.connect().await?;
        Ok(self.asked(connection).await?)
    }

    async fn asked(&self, mut connection: AnyConnection) -> Result<(), sqlx::Error> {
        let ours = "SELECT 1 FROM practices LIMIT 1";
        connection.execute(ours).await?;
        *self.lock() = Some(connection);
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<AnyConnection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Probe").finish_non_exhaustive()
    }
}
