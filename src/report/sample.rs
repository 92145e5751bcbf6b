//! Reports for the tests of the writers: an ordinary one, and one out of files that try to do harm.

use std::io::{self, Write};

use super::{Style, escape};
use crate::files::linehash::line_hashes;
use crate::judge::finding::*;
use crate::judge::rules::Rule;

/// Path and text of a file.
pub type File = (&'static str, String);

/// What must not be in any report.
const SECRETS: [&str; 3] = ["00aVerySecretToken", "hunter2", "eyJhbGciOiJIUzI1NiJ9"];

/// The rules.
pub fn rules() -> Vec<Rule> {
    crate::data::rules().to_vec()
}

/// As where there is no terminal.
pub fn style() -> Style {
    Style {
        colour: false,
        width: 200,
        ascii: false,
        show_working: false,
        explain_evidence: false,
        quiet: false,
        links: false,
        most: None,
        category: None,
        web: None,
    }
}

/// What a writer wrote.
pub fn written(
    writer: impl Fn(&Report, &Style, &mut dyn Write) -> io::Result<()>,
    report: &Report,
    style: &Style,
) -> String {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    writer(report, style, &mut first).expect("written");
    writer(report, style, &mut second).expect("written");
    assert_eq!(first, second, "two runs give the same bytes");
    String::from_utf8(first).expect("UTF-8")
}

/// What a writer without a style writes, two times the same and safe in a log.
pub fn safe(writer: fn(&Report, &mut dyn Write) -> io::Result<()>, report: &Report) -> String {
    let text = written(|report, _, out| writer(report, out), report, &style());
    assert_log_is_safe(&text);
    text
}

/// That no terminal obeys it, no runner finds a command in it, and no secret is in it.
pub fn assert_log_is_safe(text: &str) {
    let found = text.chars().find(|c| escape::is_unsafe(*c) && *c != '\n');
    assert_eq!(found, None, "{text}");
    let lower = text.to_lowercase();
    for opener in ["##[", "##vso[", "##teamcity["] {
        assert!(!lower.contains(opener), "{opener} in {text}");
    }
    assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// The files that the ordinary report is about.
pub fn ordinary_files() -> Vec<File> {
    let auth = "import { OKTA } from \"./config\";\n\nexport async function current(req) {\n  const sid = req.cookies.sid;\n  const s = await fetch(`${OKTA}/api/v1/sessions/${sid}`, { headers });\n}\n";
    let config = "export const OKTA = process.env.OKTA_ORG_URL;\n";
    let login = "import requests\n\n\ndef session(token):\n\treturn requests.post(\n\t\tf\"{ORG}/api/v1/sessions\", json=token)\n";
    vec![
        ("services/portal/src/auth.ts", auth.to_owned()),
        ("services/portal/src/config.ts", config.to_owned()),
        ("tools/login.py", login.to_owned()),
    ]
}

/// What a first run finds.
pub fn ordinary() -> Report {
    let files = ordinary_files();
    let url = "`${OKTA}/api/v1/sessions/${sid}`";
    let mut get = finding("get-session", &files[0], url);
    get.message =
        "GET /api/v1/sessions/{id} looks a session up by its legacy `sid` id; Okta's upgrade guide says to move off it"
            .into();
    get.advice = "from the browser, call GET /api/v1/sessions/me with credentials: \"include\"".into();
    get.label = "GET /api/v1/sessions/{id}".into();
    get.related = vec![
        Related { region: region(&files[0], "req.cookies.sid"), message: "the id is read here".into() },
        Related { region: region(&files[1], "process.env.OKTA_ORG_URL"), message: "the host is read here".into() },
    ];
    get.flow = vec![
        Related { region: region(&files[1], "process.env.OKTA_ORG_URL"), message: "`OKTA` is defined here".into() },
        Related { region: get.region.clone(), message: "it is requested here".into() },
    ];
    get.evidence = vec![
        shown("okta-word", "hint", "expression", "OKTA", Some(region(&files[0], "OKTA}"))),
        shown("okta-setting", "proof", "file", "OKTA_ORG_URL", Some(region(&files[1], "OKTA_ORG_URL"))),
    ];
    let mut create =
        finding("create-session", &files[2], "requests.post(\n\t\tf\"{ORG}/api/v1/sessions\", json=token)");
    create.severity = Severity::Warning;
    create.confidence = Confidence::Likely;
    create.message = "creating a session from a session token usually keeps working; plan the move".into();
    create.advice = "move to an Identity Engine SDK".into();
    create.label = "POST /api/v1/sessions".into();
    create.evidence = vec![
        shown("okta-path", "proof", "expression", "/api/v1/sessions", None),
        Shown { against: true, ..shown("relative", "hint", "expression", "{ORG}", Some(region(&files[2], "{ORG}"))) },
    ];
    let working = Working { what: "GET /api/v1/sessions/me".into(), region: region(&files[0], "export async") };
    Report {
        answers: Vec::new(),
        unread: false,
        listed: Vec::new(),
        guidance: None,
        findings: vec![get, create],
        working: vec![working],
        notices: Vec::new(),
        stats: Stats {
            checked: 1284,
            relevant: 312,
            languages: [("TypeScript", 902), ("Go", 301), ("HTML", 41), ("Python", 30), ("Ruby", 10)].map(named).into(),
            skipped: [("documentation", 14), ("minified", 2)].map(named).into(),
            hidden: 2,
            ..Stats::default()
        },
    }
}

/// The files that the hostile report is about.
pub fn hostile_files() -> Vec<File> {
    let evil = "\u{feff}x\n::error file=a.js::title\n\tlet s = \"##[add-mask]a ##vso[task.x]\"; é日本𝒳 = fetch(\"https://ann:hunter2@acme.okta.com/api/v1/sessions/1\", \"SSWS 00aVerySecretToken\"); // \u{1b}[2J\u{202e}\u{9b}\u{2028}\n";
    let long = format!("a=1;{}fetch('/api/v1/sessions/2'){}", "b ".repeat(50_000), ";c ".repeat(50_000));
    vec![
        ("src/##[add-mask]a \u{1b}[2J\u{202e}é#%?:.js", evil.to_owned()),
        ("::error::x/[a](1) ##teamcity[x].js", evil.to_owned()),
        ("src/long.js", long),
    ]
}

/// What comes out of files that try to do harm; two findings have the same place.
pub fn hostile() -> Report {
    let files = hostile_files();
    let call = "fetch(\"https://ann:hunter2@acme.okta.com/api/v1/sessions/1\", \"SSWS 00aVerySecretToken\")";
    let mut findings = vec![
        finding("get-session", &files[1], call),
        finding("get-session", &files[0], call),
        finding("get-session", &files[0], call),
        finding("get-session", &files[2], "fetch('/api/v1/sessions/2')"),
    ];
    for finding in &mut findings {
        finding.message =
            "GET {0} ##[add-mask]x \n::error::[a](9) \u{1b}]0;t\u{7} Bearer eyJhbGciOiJIUzI1NiJ9.e.s".into();
        finding.label = format!("GET \n::error::x ##VSO[task.setvariable] \u{202e}{}", "long ".repeat(300));
        finding.advice = "use [me](http://x) \u{9b} instead".into();
        finding.related = vec![
            Related { region: region(&files[0], "##vso[task.x]"), message: "::stop-commands:: ##[x] \u{7f}".into() },
            Related { region: region(&files[1], "acme.okta.com"), message: "token=00aVerySecretToken".into() },
        ];
        finding.flow = finding.related.clone();
        finding.evidence = vec![
            shown("okta-host", "proof", "expression", "https://ann:hunter2@acme.okta.com \u{1b}[1m", None),
            Shown { against: true, ..shown("other", "hint", "file", "\n##[error]x", Some(region(&files[0], "é"))) },
        ];
    }
    findings[3].confidence = Confidence::Possible;
    let notice = |kind, message: &str| Notice { kind, path: files[1].0.into(), line: Some(2), message: message.into() };
    Report {
        answers: Vec::new(),
        unread: false,
        listed: Vec::new(),
        guidance: None,
        findings,
        working: vec![Working {
            what: "\u{1b}[2J##[x]\n::error::y".into(),
            region: region(&files[1], "acme.okta.com"),
        }],
        notices: vec![
            notice(NoticeKind::Unparsed, "##[error] \u{1b}[2J\n::error::z; checked as plain text only"),
            notice(NoticeKind::Unreadable, "permission denied"),
            notice(NoticeKind::SyntaxError, "syntax error"),
            Notice { path: "../gone".into(), ..notice(NoticeKind::MissingPath, "") },
        ],
        stats: Stats { checked: 3, relevant: 3, ..Stats::default() },
    }
}

fn named((name, count): (&str, usize)) -> (String, usize) {
    (name.to_owned(), count)
}

fn shown(id: &str, weight: &str, reach: &str, text: &str, region: Option<Region>) -> Shown {
    Shown { id: id.into(), weight: weight.into(), against: false, reach: reach.into(), text: text.into(), region }
}

/// The first place in a file that reads so.
fn region((path, text): &File, piece: &str) -> Region {
    let start = text.find(piece).expect("the piece is in the file");
    let (line, column, utf16_column) = position(text, start);
    let (end_line, end_column, utf16_end_column) = position(text, start + piece.len());
    let (byte_start, byte_end) = (start as u32, (start + piece.len()) as u32);
    let path = (*path).to_owned();
    Region { path, line, column, end_line, end_column, utf16_column, utf16_end_column, byte_start, byte_end }
}

fn position(text: &str, at: usize) -> (u32, u32, u32) {
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap_or(before);
    let number = before.matches('\n').count() + 1;
    (number as u32, line.chars().count() as u32 + 1, line.encode_utf16().count() as u32 + 1)
}

fn finding(rule: &str, file: &File, piece: &str) -> Finding {
    let region = region(file, piece);
    let first_line = region.line.saturating_sub(2).max(1);
    let lines = file.1.lines().skip(first_line as usize - 1).take(5).map(Line::whole).collect();
    Finding {
        rule: rule.into(),
        severity: Severity::Error,
        confidence: Confidence::Certain,
        line_hash: line_hashes(file.1.as_bytes())[region.line as usize - 1].clone(),
        region,
        excerpt: Excerpt { first_line, lines },
        label: String::new(),
        message: "it breaks".into(),
        advice: "write something else".into(),
        related: Vec::new(),
        flow: Vec::new(),
        evidence: Vec::new(),
        fingerprint: "00000000deadbeef".into(),
    }
}
