//! The program: runs the command line, prints, and decides the exit code.

use std::process::ExitCode;

use sidestep::{scan, worker};

mod cli;

/// What the standard library takes the size of a thread's stack from.
const STACK: &str = "RUST_MIN_STACK";

/// The run could not do its work, or not all of it.
const INCOMPLETE: u8 = 2;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == worker::ARGUMENT) {
        return worker::run(&scan::read);
    }
    if let Some(error) = with_usual_stacks() {
        return failed(&format!("could not start anew without {STACK}: {error}"));
    }
    match cli::run() {
        Ok(code) => code,
        // The reader has gone (`sidestep | head`): nothing is left to say.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => failed(&format!("could not write the output: {error}")),
    }
}

fn failed(message: &str) -> ExitCode {
    use std::io::Write;
    // Where standard error is gone too, the exit code still tells.
    let _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(INCOMPLETE)
}

/// Starts the program anew without a setting that would give its threads a stack too small to live on. Gives why that failed.
#[cfg(unix)]
fn with_usual_stacks() -> Option<std::io::Error> {
    use std::os::unix::process::CommandExt;
    std::env::var_os(STACK)?;
    let program = worker::pool::program();
    Some(program.map_or_else(
        |error| error,
        |program| std::process::Command::new(program).args(std::env::args_os().skip(1)).env_remove(STACK).exec(),
    ))
}

#[cfg(not(unix))]
fn with_usual_stacks() -> Option<std::io::Error> {
    None
}
