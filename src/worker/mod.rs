//! Parsing in processes of its own, because parsers are C and input is anyone's.
//!
//! [`pool`] is the parent's side: it starts this executable again with [`ARGUMENT`], hands out one file at a time, watches
//! the time and replaces what dies. [`serve`] is the child's side, inside the limits of [`confine`](confine::confine).
//!
//! The protocol, over the child's standard input and output: the parent writes one line of JSON, `{"path", "language",
//! "limit", "bytes", "constants", "okta_domains", "libraries"}`, and that many bytes of UTF-8 text; the child reads all of
//! it, then answers with one line of JSON, a [`Reading`]. At the end of its input it ends. What a child answers is checked
//! before it is believed.

mod answer;
pub mod confine;
pub mod pool;
mod process;

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::meaning::fact::Reading;
use crate::meaning::library::Library;
use crate::meaning::outline::Constants;

/// The hidden first argument that makes this executable a worker.
pub const ARGUMENT: &str = "__worker";

/// The longest header line, in bytes: a path, a language and constants.
const LONGEST_HEADER: u64 = 16 << 20;

/// A file to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Job {
    /// The part of its path whose words speak of the code; the worker opens nothing.
    pub path: String,
    /// The name of its language.
    pub language: Cow<'static, str>,
    /// Its text. Spans of the answer are byte offsets into it.
    pub text: String,
    /// Constants of other files that it knows.
    pub constants: Constants,
    /// Hosts that are Okta's by configuration.
    pub okta_domains: Vec<String>,
    /// HTTP clients of the repository's own.
    pub libraries: Arc<Vec<Library>>,
    /// The time that reading it may take; as long as its size allows where there is none.
    pub limit: Option<Duration>,
}

/// What a worker does with a file.
pub type Read = dyn Fn(&Job) -> Reading + Sync;

/// The line before the text.
#[derive(Serialize, Deserialize)]
struct Header<'a> {
    path: Cow<'a, str>,
    language: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    limit: Option<Duration>,
    bytes: u64,
    #[serde(default, skip_serializing_if = "has_no_constants")]
    constants: Cow<'a, Constants>,
    #[serde(default, skip_serializing_if = "is_empty")]
    okta_domains: Cow<'a, [String]>,
    #[serde(default, skip_serializing_if = "is_empty")]
    libraries: Cow<'a, [Library]>,
}

fn has_no_constants(constants: &Constants) -> bool {
    constants.is_empty()
}

fn is_empty<T>(list: &[T]) -> bool {
    list.is_empty()
}

/// Runs this process as a worker until its input ends: confines it, then reads files with `read`.
///
/// Gives back a failure if the limits could not be set (nothing is read then), if the input is not as the protocol has
/// it, or if nobody takes the answers.
pub fn run(read: &Read) -> ExitCode {
    let served = confine::confine().and_then(|()| {
        let read = |job: &Job| {
            confine::allow(job.text.len());
            read(job)
        };
        serve(&read, io::stdin().lock(), io::stdout().lock())
    });
    if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Answers every job on `input` with a line on `output`, until `input` ends.
///
/// # Errors
/// `InvalidData` for a header that is none and for text that is not UTF-8, `UnexpectedEof` for input that ends within a
/// job, and whatever reading and writing yield.
pub fn serve(read: &dyn Fn(&Job) -> Reading, mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    while let Some(job) = receive(&mut input)? {
        let mut line = serde_json::to_vec(&read(&job)).map_err(io::Error::other)?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()?;
    }
    Ok(())
}

/// The next job on `input`; `None` at its end.
fn receive(input: &mut impl BufRead) -> io::Result<Option<Job>> {
    let mut line = Vec::new();
    if input.take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    let header: Header =
        serde_json::from_slice(&line).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let mut text = String::new();
    let read = input.take(header.bytes).read_to_string(&mut text)?;
    if (read as u64) < header.bytes {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let (path, language) = (header.path.into_owned(), header.language.into_owned().into());
    let (constants, okta_domains) = (header.constants.into_owned(), header.okta_domains.into_owned());
    let (libraries, limit) = (Arc::new(header.libraries.into_owned()), header.limit);
    Ok(Some(Job { path, language, text, constants, okta_domains, libraries, limit }))
}

/// The bytes that [`receive`] reads `job` from, which it is to be done with in `limit`.
fn message(job: &Job, limit: Option<Duration>) -> io::Result<Vec<u8>> {
    let (path, language) = (Cow::from(&job.path), Cow::from(&*job.language));
    let (constants, okta_domains) = (Cow::Borrowed(&job.constants), Cow::Borrowed(&*job.okta_domains));
    let libraries = Cow::Borrowed(job.libraries.as_slice());
    let bytes = job.text.len() as u64;
    let header = Header { path, language, bytes, constants, okta_domains, libraries, limit };
    let mut message = serde_json::to_vec(&header)?;
    message.reserve_exact(1 + job.text.len());
    message.push(b'\n');
    message.extend_from_slice(job.text.as_bytes());
    Ok(message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::syntax::expr::{Parsed, Span};

    fn job(path: &str, text: &str) -> Job {
        Job { path: path.into(), language: "ruby".into(), text: text.into(), ..Job::default() }
    }

    /// A stand-in for a parser: the whole text is one comment, the path is the reason.
    fn read(job: &Job) -> Reading {
        Reading {
            comments: vec![Span::new(0, job.text.len())],
            parsed: Parsed::Lexical(job.path.clone()),
            ..Reading::default()
        }
    }

    fn served(input: &[u8]) -> (io::Result<()>, Vec<u8>) {
        let mut output = Vec::new();
        (serve(&read, input, &mut output), output)
    }

    #[test]
    fn every_job_gets_its_answer_on_a_line_of_its_own() {
        let jobs = [job("a\nb \"c\".rb", "x\n{}\n"), job("ü.rb", ""), job("", "größer\0")];
        let input: Vec<u8> = jobs.iter().flat_map(|job| message(job, None).unwrap()).collect();
        let (result, output) = served(&input);
        result.unwrap();
        let lines: Vec<&[u8]> = output.strip_suffix(b"\n").unwrap().split(|&byte| byte == b'\n').collect();
        assert_eq!(lines.len(), jobs.len());
        for (line, job) in lines.into_iter().zip(&jobs) {
            assert_eq!(serde_json::from_slice::<Reading>(line).unwrap(), read(job));
        }
    }

    #[test]
    fn a_job_is_received_as_it_was_sent() {
        let sent = Job { okta_domains: vec!["login.example.com".into()], ..job("d/é.rb", "a\r\nb") };
        assert_eq!(receive(&mut message(&sent, sent.limit).unwrap().as_slice()).unwrap(), Some(sent));
    }

    #[test]
    fn no_input_is_no_error() {
        let (result, output) = served(b"");
        assert!(result.is_ok() && output.is_empty());
    }

    #[test]
    fn input_that_breaks_the_protocol_is_an_error() {
        let kind = |input: &[u8]| served(input).0.unwrap_err().kind();
        assert_eq!(kind(b"hello\n"), io::ErrorKind::InvalidData);
        assert_eq!(kind(br#"{"path":"a","language":"b","bytes":-1}"#), io::ErrorKind::InvalidData);
        assert_eq!(kind(b"{\"path\":\"a\",\"language\":\"b\",\"bytes\":3}\nab"), io::ErrorKind::UnexpectedEof);
        assert_eq!(kind(b"{\"path\":\"a\",\"language\":\"b\",\"bytes\":2}\n\xff\xfe"), io::ErrorKind::InvalidData);
    }
}
