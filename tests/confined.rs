//! A real worker: this program starts itself again, confined, and tries what a worker must not be able to do.
//!
//! Not a test of the usual harness, since that would answer for itself on the worker's output.
#![cfg_attr(not(target_os = "linux"), allow(unused))]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use sidestep::meaning::fact::Reading;
use sidestep::syntax::expr::Parsed;
use sidestep::worker::pool::{Outcome, Pool};
use sidestep::worker::{self, Job};

const TIMEOUT: Duration = Duration::from_secs(30);

/// A worker that does what the path says, and reports it as the reason.
fn read(job: &Job) -> Reading {
    let refused = |refused: bool| if refused { "refused" } else { "possible" }.to_owned();
    let report = match job.path.as_str() {
        "abort" => process::abort(),
        "panic" => panic!("on purpose"),
        "spin" => loop {
            black_box(0);
        },
        "spin in a thread" => thread::spawn(|| {
            loop {
                black_box(0);
            }
        })
        .join()
        .unwrap_or_default(),
        "overflow" => deep(0).to_string(),
        // The limit is on what is reserved. Touching it all would take longer than a file of one byte may.
        "1 GiB" => black_box(Vec::<u8>::with_capacity(1 << 30)).capacity().to_string(),
        "400 MiB" => black_box(Vec::<u8>::with_capacity(400 << 20)).capacity().to_string(),
        "open" => refused(fs::File::open("/proc/self/environ").is_err() && fs::read_dir("/").is_err()),
        "write" => refused(fs::write("/tmp/sidestep-confined", "x").is_err()),
        "connect" => {
            refused(std::net::TcpStream::connect("127.0.0.1:1").is_err_and(|error| error.raw_os_error() == Some(24)))
        }
        "thread" => thread::Builder::new().stack_size(64 << 20).spawn(|| "ran".to_owned()).unwrap().join().unwrap(),
        "environment" => env::vars_os().count().to_string(),
        "folder" => env::current_dir().unwrap().display().to_string(),
        _ => String::new(),
    };
    Reading { parsed: Parsed::Lexical(report), ..Reading::default() }
}

#[allow(unconditional_recursion)]
fn deep(level: u64) -> u64 {
    let frame = black_box([level; 64]);
    1 + black_box(deep(level + 1)) + frame[0]
}

fn job(path: &str, text: &str) -> Job {
    Job { path: path.into(), language: "ruby".into(), text: text.into(), ..Job::default() }
}

/// What a fresh pool makes of one file of that name.
fn outcome(path: &str) -> String {
    match Pool::new(2, TIMEOUT).read_all(vec![job(path, "x")]).remove(0) {
        Outcome::Read(reading) => match reading.parsed {
            Parsed::Lexical(report) => report,
            parsed => format!("{parsed:?}"),
        },
        Outcome::Failed(why) => why,
    }
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    if env::args().nth(1).as_deref() == Some(worker::ARGUMENT) {
        return worker::run(&read);
    }
    let expected = [
        ("open", "refused"),
        ("write", "refused"),
        ("connect", "refused"),
        ("thread", "ran"),
        ("environment", "0"),
        ("folder", "/"),
        ("400 MiB", "419430400"),
        ("1 GiB", "the parser crashed (signal 6)"),
        ("abort", "the parser crashed (signal 6)"),
        ("overflow", "the parser crashed (signal 6)"),
        ("panic", "the parser crashed (exit status 101)"),
        ("spin", "took longer than 0.3 s of processor time"),
        ("spin in a thread", "took longer than 0.3 s of processor time"),
    ];
    let mut wrong = 0;
    for (path, expected) in expected {
        let found = outcome(path);
        if found != expected {
            eprintln!("{path}: expected {expected:?}, found {found:?}");
            wrong += 1;
        }
    }
    wrong += usize::from(!all_are_read()) + usize::from(!descriptors_stay());
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(not(target_os = "linux"))]
fn main() {}

/// Whether a thousand files are read while one in fifty kills its worker.
fn all_are_read() -> bool {
    let jobs: Vec<Job> =
        (0..1_000).map(|k| job(if k % 50 == 7 { "abort" } else { "" }, &"é".repeat(k * 7 % 500))).collect();
    let expected: Vec<bool> = jobs.iter().map(|job| job.path.is_empty()).collect();
    let outcomes = Pool::new(2, TIMEOUT).read_all(jobs);
    let found: Vec<bool> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::Read(_))).collect();
    if found != expected {
        eprintln!("not all were read");
    }
    found == expected
}

/// Whether many runs leave nothing open, and what one costs.
fn descriptors_stay() -> bool {
    let open = || fs::read_dir("/proc/self/fd").unwrap().count();
    let (before, start) = (open(), Instant::now());
    for _ in 0..20 {
        outcome("");
    }
    eprintln!("one file in a worker of its own: {:.2?}", start.elapsed() / 20);
    if open() != before {
        eprintln!("{before} descriptors became {}", open());
    }
    open() == before
}
