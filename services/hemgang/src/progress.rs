//! How far long work has come: a bar on a terminal, plain lines where nobody watches one.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::time::Instant;

use crate::output;

/// How often a plain line is written; a log of a night's work stays short.
const EVERY: Duration = Duration::from_secs(5);

/// Work whose size is known beforehand, or not (standard input).
pub struct Progress {
    what: &'static str,
    /// None where plain lines are written.
    bar: Option<ProgressBar>,
    done: u64,
    total: u64,
    told_at: Instant,
}

impl Progress {
    /// Work of `total` steps; of unknown size when that is 0.
    pub fn new(what: &'static str, total: u64) -> Self {
        let bar = stderr().is_terminal().then(|| bar(what, total));
        Self { what, bar, done: 0, total, told_at: Instant::now() }
    }

    /// So many steps more are done; `state` says where that is.
    pub fn advance(&mut self, steps: u64, state: impl FnOnce() -> String) {
        self.done += steps;
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.done);
                if self.told_at.elapsed() > Duration::from_millis(100) {
                    bar.set_message(state());
                    self.told_at = Instant::now();
                }
            }
            None if self.told_at.elapsed() > EVERY => {
                output::note(&format!("{}{}: {}", self.what, self.share(), state()));
                self.told_at = Instant::now();
            }
            None => {}
        }
    }

    /// Takes the bar away, so that what is printed next stands alone.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn share(&self) -> String {
        let percent = (self.done.min(self.total) * 100).checked_div(self.total);
        percent.map(|percent| format!(" {percent} %")).unwrap_or_default()
    }
}

fn bar(what: &'static str, total: u64) -> ProgressBar {
    let (bar, template) = if total == 0 {
        (ProgressBar::new_spinner(), "{prefix} {spinner} {elapsed} {msg}")
    } else {
        (ProgressBar::new(total), "{prefix} {bar:30} {percent:>3} % {eta} {msg}")
    };
    // A template that does not parse would be a fault of ours; the plain style then does.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.with_style(style).with_prefix(what)
}
