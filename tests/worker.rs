//! The parent's side of the workers, against shell scripts that behave in every way a worker should not.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant};

use sidestep::meaning::fact::Reading;
use sidestep::syntax::expr::Parsed;
use sidestep::worker::Job;
use sidestep::worker::pool::{Outcome, Pool};

/// Shell functions: `job` takes one job and sets `$path` and `$n`, `answer` answers properly, with the reason `$1`.
const LIBRARY: &str = r#"
job() {
    IFS= read -r header || exit 0
    n=${header##*:}; n=${n%\}}
    path=${header#*:\"}; path=${path%%\"*}
    head -c "$n" >/dev/null
}
answer() { printf '{"facts":[],"evidence":[],"comments":[],"parsed":{"Lexical":"%s"},"cut":false}\n' "$1"; }
"#;

const LONG: Duration = Duration::from_secs(60);

/// A pool of shells that run `script` for each job, in a loop.
fn pool(script: &str, threads: usize, timeout: Duration) -> Pool {
    let script = format!("{LIBRARY}\nwhile :; do\n{script}\ndone");
    Pool::with_program("/bin/sh", ["-c".to_owned(), script], threads, timeout)
}

fn job(path: &str, text: &str) -> Job {
    Job { path: path.into(), language: "ruby".into(), text: text.into(), ..Job::default() }
}

fn read(reason: &str) -> Outcome {
    let parsed = Parsed::Lexical(reason.into());
    Outcome::Read(Box::new(Reading { parsed, ..Reading::default() }))
}

fn failed(reason: &str) -> Outcome {
    Outcome::Failed(reason.into())
}

/// A folder of its own for a test, and what it ends with: nothing.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("sidestep-worker-{name}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The lines of a file; none if it is not there.
fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[test]
fn answers_come_in_the_order_of_the_jobs() {
    let jobs: Vec<Job> = (0..40).map(|k| job(&format!("f{k}"), &"x".repeat(k * 37 % 11))).collect();
    let expected: Vec<Outcome> = jobs.iter().map(|job| read(&job.path)).collect();
    assert_eq!(pool("job; answer \"$path\"", 3, LONG).read_all(jobs), expected);
}

#[test]
fn a_crash_costs_one_file() {
    let script = "job; case $path in bad) kill -ABRT $$;; odd) exit 3;; esac; answer \"$path\"";
    let jobs = vec![job("a", "1"), job("bad", "22"), job("b", "333"), job("odd", "4444"), job("c", "55555")];
    for threads in [1, 2] {
        assert_eq!(
            pool(script, threads, LONG).read_all(jobs.clone()),
            [
                read("a"),
                failed("the parser crashed (signal 6)"),
                read("b"),
                failed("the parser crashed (exit status 3)"),
                read("c"),
            ]
        );
    }
}

#[test]
fn what_a_file_yields_does_not_depend_on_the_files_before_it() {
    // Every worker dies at its second file, whatever that is.
    let script = "job; k=$((k + 1)); [ $k -lt 2 ] || kill -SEGV $$; answer \"$path\"";
    let jobs: Vec<Job> = (0..9).map(|k| job(&format!("f{k}"), "x")).collect();
    let expected: Vec<Outcome> = jobs.iter().map(|job| read(&job.path)).collect();
    assert_eq!(pool(script, 2, LONG).read_all(jobs), expected);
}

#[test]
fn a_worker_killed_from_outside_gives_its_file_a_second_try() {
    let folder = Folder::new("outside");
    let mark = folder.at("mark");
    let script = format!("job; [ -e {0} ] || {{ : >{0}; kill -KILL $$; }}; answer again", mark.display());
    assert_eq!(pool(&script, 1, LONG).read_all(vec![job("a", "x")]), [read("again")]);
    assert_eq!(
        pool("job; kill -KILL $$", 1, LONG).read_all(vec![job("a", "x")]),
        [failed("the parser crashed (signal 9)")]
    );
}

#[test]
fn a_worker_that_waits_is_stopped_by_the_clock() {
    let start = Instant::now();
    let outcomes = pool("job; [ $path = ok ] || exec sleep 100; answer ok", 1, Duration::from_secs(1))
        .read_all(vec![job("slow", "xx"), job("ok", "x")]);
    assert_eq!(outcomes, [failed("took longer than 1 s"), read("ok")]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_computes_is_stopped_by_its_processor_time() {
    let outcomes = pool("job; [ $path = ok ] || while :; do :; done; answer ok", 1, LONG)
        .read_all(vec![job("slow", &"x".repeat(5_000)), job("ok", "x")]);
    assert_eq!(outcomes, [failed("took longer than 0.35 s of processor time"), read("ok")]);
}

#[test]
fn files_get_less_time_once_others_have_cost_ten_seconds() {
    let pool = pool("job; exec sleep 100", 6, Duration::from_secs(2));
    let bombs = || (0..6).map(|_| job("bomb", "")).collect();
    assert_eq!(pool.read_all(bombs()), vec![failed("took longer than 2 s"); 6]);
    assert_eq!(pool.read_all(bombs()), vec![failed("took longer than 1 s"); 6]);
}

#[test]
fn a_big_job_does_not_block_whatever_the_worker_reads() {
    let big = "y".repeat(4 << 20);
    assert_eq!(pool("job; answer $n", 1, LONG).read_all(vec![job("big", &big)]), [read("4194304")]);
    let unread = pool("exec sleep 100", 1, Duration::from_millis(200)).read_all(vec![job("big", &big)]);
    assert_eq!(unread, [failed("took longer than 0.2 s")]);
    let gone = pool("exit 0", 1, LONG).read_all(vec![job("big", &big)]);
    assert_eq!(gone, [failed("the parser crashed (exit status 0)")]);
    // Answers before it reads, and without end.
    let flood = pool("exec yes", 1, Duration::from_millis(200)).read_all(vec![job("big", &big)]);
    assert_eq!(flood, [failed("took longer than 0.2 s")]);
}

#[test]
fn an_answer_that_makes_no_sense_is_not_believed() {
    let span =
        |span: &str| format!(r#"echo '{{"facts":[],"evidence":[],"comments":[{span}],"parsed":"Whole","cut":false}}'"#);
    let cases = [
        "echo hello".to_owned(),
        "echo".to_owned(),
        r"printf '\377\n'".to_owned(),
        "answer a; answer b".to_owned(),
        "printf '%s\\n%s' \"$(answer a)\" x".to_owned(),
        span(r#"{"start":0,"end":4}"#),
        span(r#"{"start":2,"end":1}"#),
        span(r#"{"start":2,"end":3}"#),
        span(r#"{"start":-1,"end":1}"#),
    ];
    for case in cases {
        // The dollar keeps what follows in the same write where that matters: the shell writes each `printf` at once.
        let script =
            format!("job; [ $path = ok ] && answer ok || {{ out=$({case}; echo .); printf %s \"${{out%.}}\"; }}");
        // Three bytes, of which the last two are one character.
        let outcomes = pool(&script, 1, LONG).read_all(vec![job("bad", "aé"), job("ok", "")]);
        assert_eq!(outcomes, [failed("the worker's answer made no sense"), read("ok")], "{case}");
    }
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let script = "job; [ $path = ok ] && answer ok || tr '\\000' x </dev/zero";
    // By its length or, on a slow machine, by its time.
    let outcomes = pool(script, 1, LONG).read_all(vec![job("bad", &"x".repeat(3 << 20)), job("ok", "")]);
    assert_eq!(outcomes, [failed("the worker's answer made no sense"), read("ok")]);
}

#[test]
fn an_answer_that_breaks_off_is_a_crash() {
    let outcomes = pool("job; printf '{\"facts\"'; exit 0", 1, LONG).read_all(vec![job("a", "")]);
    assert_eq!(outcomes, [failed("the parser crashed (exit status 0)")]);
}

#[test]
fn a_worker_that_closes_its_output_and_stays_is_killed() {
    let outcomes = pool("job; exec >&-; exec sleep 100", 1, LONG).read_all(vec![job("a", "")]);
    assert_eq!(outcomes, [failed("the parser crashed")]);
}

#[test]
fn without_a_worker_every_file_fails_with_the_reason() {
    let pool = Pool::with_program("/nonexistent/program", ["x"], 2, LONG);
    let outcomes = pool.read_all(vec![job("a", ""), job("b", ""), job("c", "")]);
    assert_eq!(outcomes.len(), 3);
    for outcome in outcomes {
        let Outcome::Failed(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.starts_with("worker could not be started: No such file or directory"), "{why}");
    }
}

#[test]
fn no_more_workers_are_started_than_there_are_jobs_and_none_is_left() {
    let folder = Folder::new("count");
    let started = folder.at("started");
    let script = format!("[ $k ] || echo $$ >>{}; k=1; job; answer \"$path\"", started.display());
    for (jobs, most) in [(1, 1), (2, 2), (50, 4)] {
        let _ = fs::remove_file(&started);
        let outcomes = pool(&script, 4, LONG).read_all((0..jobs).map(|_| job("a", "x")).collect());
        assert!(outcomes.iter().all(|outcome| *outcome == read("a")));
        let ids = lines(&started);
        assert!((1..=most).contains(&ids.len()), "{jobs} jobs, {} workers", ids.len());
        if cfg!(target_os = "linux") {
            assert!(ids.iter().all(|id| !Path::new("/proc").join(id).exists()), "not even as zombies");
        }
    }
}

#[test]
fn what_a_worker_starts_goes_with_it() {
    let folder = Folder::new("group");
    let ids = folder.at("ids");
    let script = format!("job; sleep 100 & echo $! >{}; wait", ids.display());
    let start = Instant::now();
    let outcomes = pool(&script, 1, Duration::from_millis(300)).read_all(vec![job("a", "")]);
    assert_eq!(outcomes, [failed("took longer than 0.3 s")]);
    // Had the sleeper lived on, it would have kept the pipe open.
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(lines(&ids).len(), 1);
}

#[test]
fn the_environment_is_empty() {
    // A shell sets some variables by itself, but none of these.
    let outcomes =
        pool("job; answer \"${HOME-none} ${CARGO-none} ${USER-none}\"", 1, LONG).read_all(vec![job("a", "")]);
    assert_eq!(outcomes, [read("none none none")]);
}
