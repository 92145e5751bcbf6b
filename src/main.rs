//! The program: runs the command line, prints, and decides the exit code.

use std::process::ExitCode;

use sidestep::{scan, worker};

mod cli;

/// The run could not do its work, or not all of it.
const INCOMPLETE: u8 = 2;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|first| first == worker::ARGUMENT) {
        return worker::run(&scan::read);
    }
    match cli::run() {
        Ok(code) => code,
        // The reader has gone (`sidestep | head`): nothing is left to say.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write;
            // Where standard error is gone too, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "error: could not write the output: {error}");
            ExitCode::from(INCOMPLETE)
        }
    }
}
