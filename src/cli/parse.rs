//! Reads the arguments: what the commands declare, a `--no-x` that undoes each `--x`, and what the environment says beside.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};

use super::Cli;

/// How much is told beside the report, where no argument says it.
const LOG: &str = "SIDESTEP_LOG";
/// Its values, and how many `-v` each stands for.
const LEVELS: &[(&str, u8)] = &[("off", 0), ("info", 1), ("debug", 2)];

/// What was asked for.
///
/// # Errors
/// An argument that is none, or a text to be printed: help.
pub fn parse() -> Result<Cli, clap::Error> {
    let mut cli = Cli::from_arg_matches(&undoable(Cli::command()).try_get_matches()?)?;
    let check = match &mut cli.command {
        None => Some(&mut cli.check),
        Some(super::Command::Check(check)) => Some(&mut **check),
        Some(_) => None,
    };
    if let Some(check) = check.filter(|check| check.verbose == 0 && check.quiet == 0) {
        check.verbose = told()?;
    }
    Ok(cli)
}

/// The same command, in which the last one of `--x` and `--no-x` counts. What it adds is in no help.
fn undoable(command: Command) -> Command {
    let is_known = |name: &str| command.get_arguments().any(|arg| arg.get_long() == Some(name));
    let flags = command.get_arguments().filter(|arg| matches!(arg.get_action(), ArgAction::SetTrue | ArgAction::Count));
    let names = flags.filter_map(|arg| Some((arg.get_id().to_string(), arg.get_long()?.to_owned())));
    let names: Vec<(String, String)> =
        names.filter(|(_, long)| !long.starts_with("no-") && !is_known(&format!("no-{long}"))).collect();
    let command = names.into_iter().fold(command, |command, (id, long)| {
        let undo = format!("no-{long}");
        command.arg(Arg::new(undo.clone()).long(undo).action(ArgAction::SetTrue).hide(true).overrides_with(id))
    });
    command.mut_subcommands(undoable)
}

/// What the environment says of it.
fn told() -> Result<u8, clap::Error> {
    let Some(value) = std::env::var_os(LOG).filter(|value| !value.is_empty()) else { return Ok(0) };
    let level = LEVELS.iter().find(|(word, _)| value == *word);
    level.map(|(_, count)| *count).ok_or_else(|| {
        let message = format!("{LOG} is off, info or debug, not `{}`\n", value.to_string_lossy());
        clap::Error::raw(ErrorKind::InvalidValue, message)
    })
}
