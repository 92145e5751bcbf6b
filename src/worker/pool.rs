//! The parent's side: files to workers, one at a time, whatever becomes of the workers.
//!
//! A file that kills its worker costs only itself: the next one gets a new worker. Where a worker that had read other
//! files died, or one was killed from outside, the file gets a second try in a new one, so that what comes of a file does
//! not depend on what was read before it.

use std::cmp::Reverse;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::process::{Asked, Limits, Slot, Worker, lock};
use super::{ARGUMENT, Job, answer, confine};
use crate::meaning::fact::Reading;

/// How often the workers' time is looked at.
const TICK: Duration = Duration::from_millis(20);

/// How much longer than its processor time a file may take by the clock.
const WALL_FACTOR: u32 = 10;

/// The time that files which were not read may use up together. Afterwards every file gets [`SHORTEST`].
const BREAKER: Duration = Duration::from_secs(10);

/// The processor time for a file after the breaker: enough for an ordinary file of 100 KB, and an end in sight for a
/// repository of a thousand bombs.
const SHORTEST: Duration = Duration::from_millis(100);

/// Why a file was not read if its worker answered with anything but a reading of it.
const NONSENSE: &str = "the worker's answer made no sense";

/// What came of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was read.
    Read(Box<Reading>),
    /// It was not, for this reason: the end of a sentence, lower case.
    Failed(String),
}

/// Workers, as many as there are threads. Between calls none of them runs.
#[derive(Debug)]
pub struct Pool {
    program: io::Result<PathBuf>,
    args: Vec<OsString>,
    threads: usize,
    timeout: Duration,
    /// Microseconds that went into files which were not read.
    lost: AtomicU64,
}

/// What the threads of one call share.
struct Work<'a> {
    jobs: &'a [Job],
    /// Numbers of the jobs yet to be done, the largest last.
    queue: Mutex<Vec<usize>>,
    outcomes: Mutex<Vec<Option<Outcome>>>,
    /// Why a worker could not be started.
    refused: Mutex<Option<String>>,
}

/// This program as a file that can be started.
///
/// # Errors
/// The system does not know it.
pub fn program() -> io::Result<PathBuf> {
    // The file may be gone or be another one by now; this link still leads to what is running.
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}

impl Pool {
    /// A pool of at most `threads` workers (at least one), each this executable with [`ARGUMENT`]. `timeout` is the
    /// longest that any file may take by the clock.
    ///
    /// From here on no other process may read the memory of this one, where the system can see to that.
    pub fn new(threads: usize, timeout: Duration) -> Self {
        confine::shield();
        Self { program: program(), ..Self::with_program("", [ARGUMENT], threads, timeout) }
    }

    /// A pool whose workers are `program` with `args`. Its environment will be empty.
    pub fn with_program<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        args: impl IntoIterator<Item = A>,
        threads: usize,
        timeout: Duration,
    ) -> Self {
        let args = args.into_iter().map(Into::into).collect();
        Self { program: Ok(program.into()), args, threads: threads.max(1), timeout, lost: AtomicU64::new(0) }
    }

    /// What came of each job, in their order. The largest are begun first. Starts no more workers than there are jobs, and
    /// none of them is left when it returns.
    pub fn read_all(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let mut queue: Vec<usize> = (0..jobs.len()).collect();
        queue.sort_by_key(|&job| (jobs[job].text.len(), Reverse(job)));
        let outcomes = Mutex::new(vec![None; jobs.len()]);
        let work = Work { jobs: &jobs, queue: Mutex::new(queue), outcomes, refused: Mutex::new(None) };
        let slots: Vec<Slot> = (0..self.threads.min(jobs.len())).map(|_| Slot::default()).collect();
        if let [mine, others @ ..] = slots.as_slice() {
            thread::scope(|scope| {
                let (running, ended) = mpsc::channel::<()>();
                let slots = slots.as_slice();
                let watch = move || {
                    let mut last = Instant::now();
                    while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                        // A machine that slept meanwhile, or this process stopped and continued, is no worker's fault.
                        let passed = last.elapsed().min(TICK * 5);
                        last = Instant::now();
                        slots.iter().for_each(|slot| slot.check(passed));
                    }
                };
                let watching = thread::Builder::new().spawn_scoped(scope, watch);
                if let Err(error) = watching {
                    *lock(&work.refused) = Some(error.to_string());
                    return;
                }
                let work = &work;
                let start = |slot| thread::Builder::new().spawn_scoped(scope, move || self.drain(work, slot));
                let helpers: Vec<_> = others.iter().map_while(|slot| start(slot).ok()).collect();
                self.drain(work, mine);
                for helper in helpers {
                    // A helper has nothing to give back, and its jobs are in the queue until they are done.
                    let _ = helper.join();
                }
                // What another thread put back after this one was through.
                self.drain(work, mine);
                drop(running);
            });
        }
        let refused = lock(&work.refused).take().unwrap_or_else(|| "no reason is known".to_owned());
        let failed = || Outcome::Failed(format!("worker could not be started: {refused}"));
        lock(&work.outcomes).drain(..).map(|outcome| outcome.unwrap_or_else(failed)).collect()
    }

    /// Does jobs with one worker until none is left or no worker can be started.
    fn drain(&self, work: &Work, slot: &Slot) {
        let mut worker = Worker::new(slot);
        loop {
            // Not in the condition of a loop: the queue would stay locked.
            let Some(job) = lock(&work.queue).pop() else { return };
            match self.read(&work.jobs[job], &mut worker) {
                Ok(outcome) => lock(&work.outcomes)[job] = Some(outcome),
                Err(error) => {
                    lock(&work.queue).push(job);
                    lock(&work.refused).get_or_insert_with(|| error.to_string());
                    return;
                }
            }
        }
    }

    /// Has one file read. An error means that no worker could be started.
    fn read(&self, job: &Job, worker: &mut Worker) -> io::Result<Outcome> {
        let program = self.program.as_ref().map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
        let mut first = true;
        loop {
            worker.start(program, &self.args)?;
            let (begun, used) = (Instant::now(), worker.served > 0);
            let limits = self.limits(job.text.len());
            let asked = worker.ask(job, limits);
            let mut lost = begun.elapsed().min(limits.cpu);
            let why = match asked {
                Asked::Line(line) => match answer::reading(&line, &job.text) {
                    Some(reading) => return Ok(Outcome::Read(Box::new(reading))),
                    None => {
                        worker.stop();
                        NONSENSE.to_owned()
                    }
                },
                Asked::Nonsense => NONSENSE.to_owned(),
                Asked::Over(why, took) => {
                    lost = took;
                    why
                }
                Asked::Died(death) if first && (used || death.outside) => {
                    first = false;
                    continue;
                }
                Asked::Died(death) => death.why,
            };
            self.lost.fetch_add(u64::try_from(lost.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
            return Ok(Outcome::Failed(why));
        }
    }

    /// The limits for a file of `bytes` bytes.
    fn limits(&self, bytes: usize) -> Limits {
        let tired = Duration::from_micros(self.lost.load(Ordering::Relaxed)) > BREAKER;
        let cpu = if tired { SHORTEST } else { confine::cpu(bytes) };
        Limits { cpu, wall: cpu.saturating_mul(WALL_FACTOR).min(self.timeout) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_grow_with_the_file_and_shrink_after_the_breaker() {
        let millis = Duration::from_millis;
        let pool = Pool::with_program("", [""], 0, Duration::from_secs(5));
        assert_eq!(pool.limits(1_000), Limits { cpu: millis(310), wall: millis(3_100) });
        assert_eq!(pool.limits(1_000_000), Limits { cpu: millis(10_300), wall: millis(5_000) });
        pool.lost.store(10_000_001, Ordering::Relaxed);
        assert_eq!(pool.limits(1_000_000), Limits { cpu: millis(100), wall: millis(1_000) });
    }

    #[test]
    fn no_jobs_need_no_worker() {
        assert_eq!(Pool::with_program("", [""], 4, Duration::ZERO).read_all(vec![]), []);
    }
}
