//! One worker as its parent sees it: starting it, asking it, watching its time, burying it.

use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Job, confine, message};

/// The longest answer, in bytes.
const LONGEST_ANSWER: u64 = 64 << 20;

/// How long a worker that closed its output may take to end, before it is killed.
const GRACE: Duration = Duration::from_millis(200);

/// The signal for too much processor time, on every Unix.
const SIGXCPU: i32 = 24;

/// The signal that nothing within a process raises.
const SIGKILL: i32 = 9;

/// What one file may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Processor time of the worker: the limit that counts, since the load of the machine does not change it.
    pub(super) cpu: Duration,
    /// Time by the clock, for a worker that waits.
    pub(super) wall: Duration,
}

/// What came of asking.
pub(super) enum Asked {
    /// A line, not yet checked.
    Line(Vec<u8>),
    /// More than one line, or a line without end.
    Nonsense,
    /// It was killed, for this reason, after this time.
    Over(String, Duration),
    /// It died.
    Died(Death),
}

/// How a worker died.
pub(super) struct Death {
    /// For people.
    pub(super) why: String,
    /// Whether it came from outside (the system short of memory, somebody's `kill`).
    pub(super) outside: bool,
}

/// Locks, whatever happened to other threads: nothing here is left half done.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of one worker, shared by the thread that asks it and the thread that watches it.
#[derive(Default)]
pub(super) struct Slot(Mutex<State>);

#[derive(Default)]
struct State {
    child: Option<Child>,
    watch: Option<Watch>,
}

struct Watch {
    limits: Limits,
    /// For how long, by the clock.
    waited: Duration,
    /// The worker's processor time when it was first looked at: a tick after the start, so that short files cost nothing.
    before: Option<Duration>,
    /// Why it was killed, and the limit that it exceeded.
    over: Option<(String, Duration)>,
}

impl Slot {
    /// Kills the worker if its file takes too long. `passed` is the time since the last call.
    pub(super) fn check(&self, passed: Duration) {
        let mut state = lock(&self.0);
        let State { child: Some(child), watch: Some(watch) } = &mut *state else { return };
        if watch.over.is_some() {
            return;
        }
        if let Some(used) = confine::used(child.id()) {
            let before = *watch.before.get_or_insert(used);
            if used.saturating_sub(before) > watch.limits.cpu {
                watch.over = Some((late_cpu(watch.limits), watch.limits.cpu));
            }
        }
        watch.waited += passed;
        let wall = watch.limits.wall;
        if watch.over.is_none() && watch.waited > wall {
            watch.over = Some((format!("took longer than {}", seconds(wall)), wall));
        }
        if watch.over.is_some() {
            kill(child);
        }
    }

    /// Kills the worker, if there is one, and waits for its end.
    fn end(&self) {
        let child = lock(&self.0).child.take();
        if let Some(mut child) = child {
            kill(&mut child);
            // An error means that the system buried it already (the signal of its death is ignored).
            let _ = child.wait();
        }
    }

    /// Waits for the end of a worker that closed its pipes; `None` if nobody knows how it ended.
    fn bury(&self) -> Option<ExitStatus> {
        let mut child = lock(&self.0).child.take()?;
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if start.elapsed() < GRACE => std::thread::sleep(Duration::from_millis(1)),
                Ok(None) => {
                    kill(&mut child);
                    let _ = child.wait();
                    return None;
                }
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.end();
    }
}

/// A worker in its slot, if one runs, and the pipes to it.
pub(super) struct Worker<'a> {
    slot: &'a Slot,
    pipes: Option<(ChildStdin, BufReader<ChildStdout>)>,
    /// How many files it has read.
    pub(super) served: usize,
}

impl<'a> Worker<'a> {
    /// A worker that is yet to be started.
    pub(super) fn new(slot: &'a Slot) -> Self {
        Self { slot, pipes: None, served: 0 }
    }

    /// Starts it, unless it runs.
    pub(super) fn start(&mut self, program: &Path, args: &[OsString]) -> io::Result<()> {
        if self.pipes.is_some() {
            return Ok(());
        }
        let mut command = Command::new(program);
        command.args(args).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        lock(&self.slot.0).child = Some(child);
        self.pipes = input.zip(output.map(BufReader::new));
        self.served = 0;
        Ok(())
    }

    /// Has it read one file. Unless it answers with one line, it is dead afterwards.
    pub(super) fn ask(&mut self, job: &Job, limits: Limits) -> Asked {
        lock(&self.slot.0).watch = Some(Watch { limits, waited: Duration::ZERO, before: None, over: None });
        let said = self.exchange(job, limits.cpu.min(limits.wall));
        let over = lock(&self.slot.0).watch.take().and_then(|watch| watch.over);
        if let Some((why, took)) = over {
            self.stop();
            return Asked::Over(why, took);
        }
        let rest = self.pipes.as_ref().is_some_and(|(_, output)| !output.buffer().is_empty());
        match said {
            Ok(line) if rest || line.len() as u64 > LONGEST_ANSWER => {
                self.stop();
                Asked::Nonsense
            }
            Ok(line) if line.ends_with(b"\n") => {
                self.served += 1;
                Asked::Line(line)
            }
            Ok(_) | Err(_) => {
                self.pipes = None;
                Asked::Died(Death::new(self.slot.bury(), limits))
            }
        }
    }

    /// Sends the job, then takes what comes back. A worker that does neither read nor write is killed by [`Slot::check`],
    /// which ends the waiting here.
    fn exchange(&mut self, job: &Job, limit: Duration) -> io::Result<Vec<u8>> {
        let (input, output) = self.pipes.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        input.write_all(&message(job, Some(limit))?)?;
        input.flush()?;
        let mut line = Vec::new();
        output.take(LONGEST_ANSWER + 1).read_until(b'\n', &mut line)?;
        Ok(line)
    }

    /// Kills it and waits for its end.
    pub(super) fn stop(&mut self) {
        self.pipes = None;
        self.slot.end();
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Death {
    fn new(status: Option<ExitStatus>, limits: Limits) -> Self {
        #[cfg(unix)]
        let signal = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status));
        #[cfg(not(unix))]
        let signal = None;
        let why = match (signal, status.and_then(|status| status.code())) {
            (Some(SIGXCPU), _) => late_cpu(limits),
            (Some(signal), _) => format!("the parser crashed (signal {signal})"),
            (None, Some(code)) => format!("the parser crashed (exit status {code})"),
            (None, None) => "the parser crashed".to_owned(),
        };
        Self { why, outside: signal == Some(SIGKILL) }
    }
}

fn late_cpu(limits: Limits) -> String {
    format!("took longer than {} of processor time", seconds(limits.cpu))
}

/// A duration in seconds, to the hundredth.
fn seconds(duration: Duration) -> String {
    let text = format!("{:.2}", duration.as_secs_f64());
    format!("{} s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Kills a worker that nobody has waited for yet, with whatever it started.
fn kill(child: &mut Child) {
    // An error of either means that it is dead already.
    #[cfg(unix)]
    if let Some(id) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_short() {
        let text = |millis| seconds(Duration::from_millis(millis));
        assert_eq!([text(300), text(312), text(3_000), text(10_000)], ["0.3 s", "0.31 s", "3 s", "10 s"]);
    }
}
