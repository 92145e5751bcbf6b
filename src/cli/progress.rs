//! How far a run is, for somebody who waits at a terminal: one line on the standard error stream, gone before any output.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use sidestep::files::progress::Progress;

use super::args::Check;
use super::style::is_set;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// Takes the line away.
const CLEAR: &str = "\r\x1b[K";

/// A line that shows progress until it is dropped.
pub struct Line {
    done: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Starts to show progress where somebody may see it.
    pub fn start(args: &Check, progress: Arc<Progress>) -> Self {
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let is_seen = io::stderr().is_terminal() && !is_dumb && !is_set("CI");
        if !is_seen || args.quiet > 0 || args.no_progress {
            return Self { done: None, thread: None };
        }
        let (done, wait) = channel::<()>();
        let show = move || {
            let mut pause = PATIENCE;
            while wait.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PAUSE;
                // Where it cannot be written nobody sees it.
                let _ = write!(io::stderr(), "{CLEAR}checking: {} files seen", progress.files());
            }
            if pause == PAUSE {
                let _ = write!(io::stderr(), "{CLEAR}");
            }
        };
        // Where there can be no further thread there is no line.
        Self { done: Some(done), thread: std::thread::Builder::new().spawn(show).ok() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.done.take();
        // A line that failed has nothing to say.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
