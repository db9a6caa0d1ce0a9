//! The program itself, idle with every service: how soon it serves, and how much memory it then holds.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use hemgang_testing::{On, postgres};
use tokio::time::{Instant, sleep};

/// A program that is stopped when it was measured.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How long until the program serves on a database that it has made before, and its megabytes ten seconds later.
pub async fn measure(program: &Path, on: On) -> Result<(Duration, f64)> {
    let folder = tempfile::tempdir()?;
    let url = match on {
        On::Sqlite => format!("sqlite://{}", folder.path().join("data").display()),
        On::Postgres => postgres::database(),
    };
    let program = program.canonicalize().with_context(|| format!("{} is not built", program.display()))?;
    // The first start makes the schemas, and a key for tokens in the folder.
    start(&program, &url, folder.path())?;
    let began = Instant::now();
    let running = start(&program, &url, folder.path())?;
    let took = began.elapsed();
    sleep(Duration::from_secs(10)).await;
    let status = fs::read_to_string(format!("/proc/{}/status", running.0.id()))?;
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no memory is told")?;
    let kilobytes: u32 = resident.trim().trim_end_matches(" kB").parse()?;
    Ok((took, f64::from(kilobytes) / 1024.0))
}

/// Starts it, and waits until it serves.
fn start(program: &Path, url: &str, folder: &Path) -> Result<Running> {
    let mut command = Command::new(program);
    command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url]).stdout(Stdio::piped());
    let mut running = Running(command.current_dir(folder).spawn()?);
    let output = running.0.stdout.take().context("no output")?;
    let mut serves = BufReader::new(output).lines().map_while(Result::ok);
    serves.find(|line| line.starts_with("serving")).context("it does not serve")?;
    Ok(running)
}
