//! What the program tells of itself: completions, the manual, schemas, a first configuration, its version.

use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};
use clap_complete::{Generator, aot};

use sidestep::{data, settings};

use super::{Cli, refuse};

/// A shell that completes commands.
#[derive(Clone, Copy, ValueEnum)]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    Powershell,
    Zsh,
}

/// What a schema describes.
#[derive(Clone, Copy, ValueEnum)]
pub enum Described {
    /// The configuration.
    Config,
    /// The report in JSON.
    Json,
    /// The baseline.
    Baseline,
}

/// Prints the script that completes commands in a shell.
pub fn completions(shell: Shell) -> io::Result<ExitCode> {
    let mut script = Vec::new();
    let mut write = |shell: &dyn Fn(&clap::Command, &mut dyn Write)| {
        let mut command = Cli::command().bin_name("sidestep");
        command.build();
        shell(&command, &mut script);
    };
    match shell {
        Shell::Bash => write(&|command, out| aot::Bash.generate(command, out)),
        Shell::Elvish => write(&|command, out| aot::Elvish.generate(command, out)),
        Shell::Fish => write(&|command, out| aot::Fish.generate(command, out)),
        Shell::Nushell => write(&|command, out| clap_complete_nushell::Nushell.generate(command, out)),
        Shell::Powershell => write(&|command, out| aot::PowerShell.generate(command, out)),
        Shell::Zsh => write(&|command, out| aot::Zsh.generate(command, out)),
    }
    print(&script)
}

/// Prints the manual page, as roff.
pub fn man() -> io::Result<ExitCode> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    print(&page)
}

/// Prints a JSON schema.
pub fn schema(of: Described) -> io::Result<ExitCode> {
    match of {
        Described::Config => print(format!("{:#}\n", settings::schema()).as_bytes()),
        Described::Json => print(include_bytes!("../../docs/schema/report.schema.json")),
        Described::Baseline => print(include_bytes!("../../docs/schema/baseline.schema.json")),
    }
}

/// Writes a configuration in which everything is explained. What is there is left as it is.
pub fn init() -> io::Result<ExitCode> {
    const FILE: &str = "sidestep.toml";
    if std::path::Path::new(".sidestep.toml").symlink_metadata().is_ok() {
        return refuse(".sidestep.toml is there already, and was left as it is");
    }
    let written = File::options().write(true).create_new(true).open(FILE);
    match written.and_then(|mut file| file.write_all(settings::template().as_bytes())) {
        Ok(()) => print(format!("wrote {FILE}: every key is in it, in a comment\n").as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            refuse(&format!("{FILE} is there already, and was left as it is"))
        }
        Err(error) => refuse(&format!("could not write {FILE}: {error}")),
    }
}

/// Prints the version; in detail, what it was built from and for.
pub fn version(in_detail: bool) -> io::Result<ExitCode> {
    let mut text = format!("sidestep {}\n", env!("CARGO_PKG_VERSION"));
    if in_detail {
        text += &format!("commit: {}\n", option_env!("SIDESTEP_COMMIT").unwrap_or("not recorded"));
        text += concat!("target: ", env!("SIDESTEP_TARGET"), "\n");
        let parsers = data::tables().iter().map(|table| table.grammar);
        let mut parsers: Vec<&str> = parsers.filter(|name| !name.is_empty()).collect();
        parsers.sort_unstable();
        parsers.dedup();
        text += &format!("parsers: {}\n", parsers.join(", "));
    }
    print(text.as_bytes())
}

fn print(bytes: &[u8]) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
