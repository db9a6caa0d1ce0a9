//! Processes of `hemgang serve` as an operator runs them, which a test may kill and start again.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

use hemgang_core::clock::Clock;
use hemgang_rpc::Signer;
use tempfile::TempDir;
use tokio::{task::spawn_blocking, time::timeout};

use super::note;

/// The services that keep something, each before those that follow it.
pub const SERVICES: [&str; 6] = ["directory", "admission", "readiness", "planning", "deviation", "access"];

/// How long a process may take to start or to end.
const HANGS: Duration = Duration::from_mins(1);

/// Processes that belong together, with one key that all of them trust.
pub struct Installation {
    pub folder: TempDir,
    pub signer: Signer,
    pub servers: Vec<Server>,
}

/// One process.
pub struct Server {
    name: String,
    /// What it serves.
    pub services: Vec<&'static str>,
    pub url: String,
    command: Vec<String>,
    environment: Vec<(String, String)>,
    folder: PathBuf,
    child: Option<Child>,
}

impl Installation {
    /// One process for every service. On SQLite, `url` is a folder of it.
    pub async fn together(url: &str) -> Self {
        Self::replicas(url, 1).await
    }

    /// So many processes of every service on one database.
    pub async fn replicas(url: &str, replicas: usize) -> Self {
        let mut installation = Self::empty();
        for number in 0..replicas {
            installation.add(&format!("replica-{number}"), &SERVICES, url, &[]);
        }
        installation.start().await;
        installation
    }

    /// A process for each service; on SQLite each with a folder of its own.
    pub async fn apart(url: &str) -> Self {
        let mut installation = Self::empty();
        for service in &SERVICES {
            let own = format!("{url}-{service}");
            let url = if url.starts_with("sqlite://") { own.as_str() } else { url };
            installation.add(service, std::slice::from_ref(service), url, &[]);
        }
        installation.start().await;
        installation
    }

    /// No process yet.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let signer = Signer::fresh();
        fs::write(folder.path().join("key.pem"), signer.to_pem().expect("a key")).expect("written");
        let unit = "SE0000000000-HEMGANG";
        let token = signer.token(&Clock::system(), 8, unit, unit, "region", &["service"]);
        fs::write(folder.path().join("service.token"), token.expect("a token")).expect("written");
        Self { folder, signer, servers: Vec::new() }
    }

    /// Adds a process, behind the words of another command if there are any.
    pub fn add(&mut self, name: &str, services: &[&'static str], url: &str, before: &[String]) {
        let address = format!("127.0.0.1:{}", free_port());
        let path = |file: &str| self.folder.path().join(file).display().to_string();
        let environment = vec![
            ("HEMGANG_AUTH__DEVELOPMENT_KEY".to_owned(), path("key.pem")),
            ("HEMGANG_ACCESS_LOG__KEY".to_owned(), path("access-log.pem")),
            ("HEMGANG_PEERS__TOKEN_FILE".to_owned(), path("service.token")),
        ];
        let mut command = before.to_vec();
        command.extend([env!("CARGO_BIN_EXE_hemgang"), "serve"].map(str::to_owned));
        if let [only] = services {
            command.push((*only).to_owned());
        }
        command.extend(["--listen", &address, "--database-url", url].map(str::to_owned));
        self.servers.push(Server {
            name: name.to_owned(),
            services: services.to_vec(),
            url: format!("http://{address}"),
            command,
            environment,
            folder: self.folder.path().to_owned(),
            child: None,
        });
    }

    /// Starts every process, at once. Each knows where the services are that it does not run itself: some follow the
    /// others, and all write to the access log.
    pub async fn start(&mut self) {
        let routes = self.routes();
        for server in &mut self.servers {
            for (service, urls) in routes.iter().filter(|(service, _)| !server.services.contains(service)) {
                let key = format!("HEMGANG_PEERS__URL__{}", service.to_uppercase());
                server.environment.push((key, urls[0].clone()));
            }
        }
        futures::future::join_all(self.servers.iter_mut().map(Server::start)).await;
    }

    /// Where each service is served.
    pub fn routes(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut routes: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for server in &self.servers {
            for service in &server.services {
                routes.entry(*service).or_default().push(server.url.clone());
            }
        }
        routes
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        for server in &mut self.servers {
            server.kill();
            if std::thread::panicking() {
                let log = fs::read_to_string(server.log()).unwrap_or_default();
                let lines: Vec<_> = log.lines().rev().take(8).collect();
                note(&format!("{}: {}", server.name, lines.join("\n    ")));
            }
        }
    }
}

impl Server {
    fn log(&self) -> PathBuf {
        self.folder.join(format!("{}.log", self.name))
    }

    /// Starts it, and returns when it serves.
    pub async fn start(&mut self) {
        let log = File::options().create(true).append(true).open(self.log()).expect("a log");
        let (program, arguments) = self.command.split_first().expect("a command");
        let mut child = Command::new(program)
            .args(arguments)
            .current_dir(&self.folder)
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let output = child.stdout.take().expect("its output");
        self.child = Some(child);
        let line = spawn_blocking(|| {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let line =
            timeout(HANGS, line).await.expect("it starts in time").expect("a thread").expect("its output");
        assert!(line.starts_with("serving"), "{} does not serve: {line}", self.name);
    }

    /// Kills it as the kernel does when memory is short: nothing in it runs any more.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it ran");
            child.wait().expect("it ended");
        }
    }

    /// Asks it to end, as a service manager does, and tells with which code it did.
    pub async fn terminate(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("it runs");
        let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill runs");
        assert!(sent.success());
        let ended = spawn_blocking(move || child.wait());
        timeout(HANGS, ended).await.expect("it ends in time").expect("a thread").expect("it ended").code()
    }

    /// A path as the process sees it, which may have mounts of its own.
    pub fn path(&self, inside: &Path) -> PathBuf {
        let id = self.child.as_ref().expect("it runs").id();
        let inside = inside.strip_prefix("/").expect("a path from the root");
        PathBuf::from(format!("/proc/{id}/root")).join(inside)
    }
}

/// A port below those that the system gives to connections: a restarted process finds it free again.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 10_000).expect("small");
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::SeqCst)) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
