//! A throw-away PostgreSQL cluster for each test process, and fresh databases on it.
//!
//! No server that happens to run is ever used: the cluster is made here, listens on loopback only, and goes
//! with the process however that ends.

mod account;
mod server;

use std::fmt::Display;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use account::Account;
pub use server::Server;

const MISSING: &str = "PostgreSQL server binaries not found: apt-get install postgresql";

/// Prints the folder of the server's programs: what PATH leads to, else the newest that Debian has.
const FIND: &str = r#"
for program in "$(command -v postgres)" $(ls -d /usr/lib/postgresql/*/bin/postgres 2>/dev/null | sort -rV); do
    folder=$(dirname "$(readlink -f "$program")")
    if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -x "$folder/psql" ]; then
        echo "$folder"
        exit
    fi
done"#;

/// How often readiness is asked for, and how many times: 30 s in all.
const PAUSE: Duration = Duration::from_millis(50);
const ATTEMPTS: u32 = 600;

/// Variables with which a developer's shell could lead `psql` elsewhere than to the URL it is given.
const LEADS_ASTRAY: [&str; 4] = ["PGHOSTADDR", "PGSERVICE", "PGOPTIONS", "PGSSLMODE"];

/// Whether servers that start from now on flush what they commit, as an operator's do.
static DURABLE: AtomicBool = AtomicBool::new(false);

/// Servers that start from now on flush what they commit, and clean up after themselves, as an operator's do: for
/// measurements.
pub fn be_durable() {
    DURABLE.store(true, Ordering::Relaxed);
}

/// The URL of this process's cluster, as its superuser; the cluster is started by the first call.
///
/// # Panics
///
/// When the cluster cannot be had; the text says what is missing. Every later call panics with the same text.
pub fn url() -> &'static str {
    &cluster().url
}

/// Creates an empty database on this process's cluster and returns its URL.
///
/// # Panics
///
/// Like [`url`], and when the server refuses to create it.
pub fn database() -> String {
    cluster().database()
}

/// The folder of the server's programs, `pgbench` and `psql` among them.
///
/// # Panics
///
/// Like [`url`].
pub fn programs() -> &'static Path {
    &cluster().programs
}

/// A running server. The process that watches over it stops it when our end of its input closes.
struct Cluster {
    programs: PathBuf,
    server: String,
    url: String,
    folder: PathBuf,
    port: u16,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    _supervisor: Child,
}

fn cluster() -> &'static Cluster {
    // The failure is kept too: what is missing for the first test is missing for the others.
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    or_panic(CLUSTER.get_or_init(Cluster::start).as_ref())
}

fn or_panic<T, E: Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// What the server says where somebody else took its port between our look and its start.
const TAKEN: &str = "could not create any TCP/IP sockets";

impl Cluster {
    /// A server on a port of its own, whoever else looks for one at the same moment.
    fn start() -> Result<Self, String> {
        for _ in 0..4 {
            match Self::start_once() {
                Err(error) if error.contains(TAKEN) => {}
                done => return done,
            }
        }
        Self::start_once()
    }

    fn start_once() -> Result<Self, String> {
        let programs = find_programs()?;
        let folder = tempfile::Builder::new()
            .prefix("hemgang-pg-")
            .tempdir()
            .map_err(|error| format!("no temporary folder for PostgreSQL: {error}"))?;
        let account = Account::for_server(folder.path())?;
        account.initdb(&programs, folder.path())?;

        let port = free_port()?;
        let server = format!("postgres://postgres@127.0.0.1:{port}");
        // From here on the supervisor removes the folder.
        let folder = folder.keep();
        let mut supervisor = account
            .shell(include_str!("supervise.sh"), &folder)
            .env("BIN", &programs)
            .env("DIR", &folder)
            .env("PORT", port.to_string())
            .env("DURABLE", if DURABLE.load(Ordering::Relaxed) { "yes" } else { "" })
            // Out of our process group: Ctrl-C and a test runner's kill are for us, it still has to clean up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start PostgreSQL: {error}"))?;
        let pipes = supervisor.stdin.take().zip(supervisor.stdout.take());
        let (orders, answers) = pipes.ok_or("PostgreSQL's supervisor has no pipes")?;
        let (url, answers) = (format!("{server}/postgres"), BufReader::new(answers));
        let cluster = Self { programs, server, url, folder, port, orders, answers, _supervisor: supervisor };
        cluster.wait_until_ready(&cluster.folder, port)?;
        Ok(cluster)
    }

    fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        // From template0, because nobody can be connected to it and so hold up the copy.
        or_panic(self.psql(&format!("create database {name} template template0")));
        format!("{}/{name}", self.server)
    }

    /// Has the supervisor do something to the server, and returns when it is done.
    fn order(&mut self, word: &str) -> Result<(), String> {
        let mut answer = String::new();
        writeln!(self.orders, "{word}")
            .and_then(|()| self.answers.read_line(&mut answer))
            .map(drop)
            .map_err(|error| format!("PostgreSQL's supervisor is gone: {error}"))
    }

    /// Asks over the socket in our own folder, where no other server can answer in its place.
    fn wait_until_ready(&self, folder: &Path, port: u16) -> Result<(), String> {
        let log = || fs::read_to_string(folder.join("server.log")).unwrap_or_default();
        for _ in 0..ATTEMPTS {
            let mut ready = Command::new(self.programs.join("pg_isready"));
            ready.arg("-q").arg("-h").arg(folder).args(["-p", &port.to_string(), "-t", "1"]);
            if run(&mut ready)?.status.success() {
                return Ok(());
            }
            // A server that gave up (the port was taken meanwhile, say) is not waited for.
            if log().contains("FATAL:  could not") {
                break;
            }
            thread::sleep(PAUSE);
        }
        Err(format!("PostgreSQL on port {port} did not become ready; its log:\n{}", log()))
    }

    fn psql(&self, statement: &str) -> Result<(), String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url, "-c", statement]);
        for variable in LEADS_ASTRAY {
            psql.env_remove(variable);
        }
        succeed(&mut psql)
    }
}

fn find_programs() -> Result<PathBuf, String> {
    let found = run(Command::new("sh").args(["-c", FIND]))?;
    match String::from_utf8_lossy(&found.stdout).trim() {
        "" => Err(MISSING.to_owned()),
        folder => Ok(PathBuf::from(folder)),
    }
}

/// A port below the range from which the system takes ports for connections, so that none of those is in the
/// way; each process begins at another, and goes on from the last one that it chose, so that two servers that start at
/// once do not choose the same.
fn free_port() -> Result<u16, String> {
    static TRIED: AtomicU32 = AtomicU32::new(0);
    let offset = std::process::id() % 20_000;
    (0..1_000)
        .map(|_| 10_000 + (offset + TRIED.fetch_add(1, Ordering::Relaxed)) % 20_000)
        .filter_map(|port| u16::try_from(port).ok())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .ok_or_else(|| "no free port on 127.0.0.1 for PostgreSQL".to_owned())
}

fn run(command: &mut Command) -> Result<Output, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).output().map_err(|error| format!("cannot run {program}: {error}"))
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let output = run(command)?;
    if output.status.success() {
        return Ok(());
    }
    let program = command.get_program().to_string_lossy();
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} ended with {}: {}", output.status, said.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_its_own_and_on_this_process_cluster() {
        let (one, two) = (database(), database());
        assert_ne!(one, two);
        for database in [&one, &two] {
            assert!(database.starts_with("postgres://postgres@127.0.0.1:"), "{database}");
            let mut psql = Command::new(cluster().programs.join("psql"));
            // Fails in the second one if it is the first.
            psql.args(["-X", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", "create table once (id bigint)"]);
            succeed(&mut psql).expect("the database takes a table");
        }
        assert!(url().ends_with("/postgres"));
    }
}
