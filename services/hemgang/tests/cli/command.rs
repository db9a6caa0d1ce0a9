//! The built binary: a server on a free port with its folder, and commands that must end.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// The binary.
pub const HEMGANG: &str = env!("CARGO_BIN_EXE_hemgang");

/// Longer than any command of these tests takes, and shorter than the patience of whoever runs them.
const HANGS: Duration = Duration::from_mins(2);

/// What a command answered.
#[derive(Debug)]
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Answer {
    /// The output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }
}

/// Runs a command in a folder.
pub fn hemgang(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Answer {
    hemgang_with(folder, &[], arguments, stdin)
}

/// Runs a command in a folder, with configuration in its environment.
pub fn hemgang_with(folder: &Path, environment: &[(&str, &str)], arguments: &[&str], stdin: &[u8]) -> Answer {
    let mut child = Command::new(HEMGANG)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut input = child.stdin.take().expect("its input");
    let stdin = stdin.to_vec();
    // It may end before it reads.
    let writing = std::thread::spawn(move || input.write_all(&stdin));
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(child.wait_with_output()));
    let Output { status, stdout, stderr } =
        ended.recv_timeout(HANGS).expect("the command ends").expect("its output");
    let _ = writing.join();
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Answer { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

/// Runs a command whose standard output goes to a file.
pub fn hemgang_into(output: File, folder: &Path, arguments: &[&str]) -> Option<i32> {
    let mut command = Command::new(HEMGANG);
    command.current_dir(folder).args(arguments).stdout(output).stderr(Stdio::null());
    command.status().expect("the command ends").code()
}

/// A server with everything it needs in a temporary folder.
pub struct Server {
    child: Child,
    pub folder: TempDir,
    pub url: String,
}

impl Server {
    pub fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a folder"))
    }

    /// A server on what another left.
    pub fn start_in(folder: TempDir) -> Self {
        let mut child = Command::new(HEMGANG)
            .current_dir(folder.path())
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite://data"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("its address");
        let address = line.trim().rsplit(' ').next().expect("an address");
        Self { url: format!("http://{address}"), child, folder }
    }

    /// A file with a token for a role at a unit.
    pub fn token(&self, role: &str, unit: &str) -> PathBuf {
        let arguments = ["token", "--data", "data", "--role", role, "--unit", unit];
        let answer = hemgang(self.folder.path(), &arguments, b"");
        let path = self.folder.path().join(format!("{role}.token"));
        fs::write(&path, answer.stdout).expect("a token");
        path
    }

    /// Stops it; its folder stays.
    pub fn stop(&mut self) {
        self.child.kill().expect("it ran");
        self.child.wait().expect("it ended");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
