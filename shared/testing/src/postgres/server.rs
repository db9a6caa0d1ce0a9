//! A PostgreSQL server of a test's own, which it may take away and give back.

use super::{Cluster, or_panic};

/// A server that nobody else uses. It goes when this is dropped.
pub struct Server(Cluster);

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("url", &self.0.url).finish_non_exhaustive()
    }
}

impl Server {
    /// Starts one.
    ///
    /// # Panics
    /// When it cannot be had; the text says what is missing.
    pub fn start() -> Self {
        Self(or_panic(Cluster::start()))
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Panics
    /// When the server refuses to create it.
    pub fn database(&self) -> String {
        self.0.database()
    }

    /// Stops it as an operator does: transactions under way are ended, and what is committed is written.
    ///
    /// # Panics
    /// When its supervisor is gone.
    pub fn stop(&mut self) {
        or_panic(self.0.order("stop"));
    }

    /// Kills its first process; the others notice and end without a word.
    ///
    /// # Panics
    /// As [`Server::stop`].
    pub fn kill(&mut self) {
        or_panic(self.0.order("kill"));
    }

    /// Starts it again on what it left, and returns when it takes connections.
    ///
    /// # Panics
    /// As [`Server::stop`], and when it does not start.
    pub fn start_again(&mut self) {
        or_panic(self.0.order("start"));
        or_panic(self.0.wait_until_ready(&self.0.folder, self.0.port));
    }

    /// Cuts every client's connection.
    ///
    /// # Panics
    /// When the server does not answer.
    pub fn cut(&self) {
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where backend_type = 'client backend' and pid <> pg_backend_pid()";
        or_panic(self.0.psql(cut));
    }
}
