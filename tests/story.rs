//! How a team lives with the program: it is adopted in an old repository, a change adds a legacy call, one is excused, a file
//! moves, one is repaired. All of it is done as people do it, through the program.

mod common;

use std::fs;

use common::run;

const REPORT: &str = "import requests\n\nOKTA = \"https://acme.okta.com\"\n\ndef user_of(session):\n    return requests.get(OKTA + \"/api/v1/sessions/\" + session).json()\n\ndef end(session):\n    requests.delete(OKTA + \"/api/v1/sessions/\" + session)\n";
const NEW: &str = "const org = \"https://acme.okta.com\";\nexport const keep = (id) => fetch(`${org}/api/v1/sessions/${id}/lifecycle/refresh`, { method: \"POST\" });\n";

#[test]
fn a_team_adopts_it_and_repairs_what_it_finds() {
    let folder = common::repository("story", "team");
    fs::create_dir_all(folder.join("jobs")).expect("a folder");
    fs::write(folder.join("jobs/report.py"), REPORT).expect("written");
    let said = |args: &[&str], code: i32, parts: &[&str]| {
        let (have, said) = run(&folder, args);
        assert!(have == code && parts.iter().all(|part| said.contains(part)), "{args:?} gave {have}: {said}");
        said
    };

    // An old repository fails at first. A configuration and a baseline make it green.
    said(&[], 1, &["Found 2 errors"]);
    said(&["init"], 0, &["wrote sidestep.toml"]);
    said(&["baseline"], 0, &["lists 2 findings: 2 new findings"]);
    said(&[], 0, &["Clean but for what is hidden", "2 findings known from the baseline"]);

    // A branch adds a call, and the check fails on it alone; so does one of the diff without the baseline.
    fs::write(folder.join("keep.js"), NEW).expect("written");
    let only = said(&["-o", "concise"], 1, &["keep.js:2:29: error[refresh-session]"]);
    assert_eq!(only.lines().count(), 1, "{only}");
    let diff = format!(
        "--- /dev/null\n+++ b/keep.js\n@@ -0,0 +1,2 @@\n{}",
        NEW.lines().map(|line| format!("+{line}\n")).collect::<String>()
    );
    fs::write(folder.join("branch.diff"), diff).expect("written");
    let of_diff = said(&["-o", "concise", "--no-baseline", "--diff", "branch.diff"], 1, &["keep.js:2:29"]);
    assert_eq!(of_diff.lines().count(), 1, "{of_diff}");
    fs::remove_file(folder.join("branch.diff")).expect("removed");

    // It stays for a reason, which stands beside it.
    said(&["--add-ignore", "the kiosk is retired in June"], 0, &["Comments written: 1"]);
    said(&[], 0, &["1 finding suppressed by comments"]);
    assert!(
        fs::read_to_string(folder.join("keep.js"))
            .expect("there")
            .contains("ignore[refresh-session] the kiosk is retired")
    );

    // The old file moves, is formatted anew and gets a neighbour above: what is known stays known.
    fs::create_dir_all(folder.join("tools")).expect("a folder");
    let formatted = REPORT.replace("\"/api/v1/sessions/\"", "'/api/v1/sessions/'").replace(" + ", "  +  ");
    fs::write(folder.join("tools/report.py"), format!("# Reports.\nimport os\n{formatted}")).expect("written");
    fs::remove_file(folder.join("jobs/report.py")).expect("removed");
    said(&[], 0, &["2 findings known from the baseline"]);

    // One is repaired. The entry for it is stale: told, an error for `--check`, and gone after `--prune`.
    let repaired = formatted.lines().take(6).collect::<Vec<_>>().join("\n") + "\n";
    fs::write(folder.join("tools/report.py"), repaired).expect("written");
    said(&[], 0, &["a stale entry: close-session"]);
    said(&["baseline", "--check"], 1, &["jobs/report.py: stale entry: close-session is no longer there"]);
    said(&["baseline", "--accept-new"], 0, &["lists 2 findings: 0 new findings, 0 stale entries dropped"]);
    said(&["baseline", "--prune"], 0, &["lists 1 finding: 0 new findings, 1 stale entry dropped"]);
    said(&["baseline", "--check"], 0, &["0 stale entries"]);
    said(&[], 0, &["1 finding known from the baseline"]);

    // The excused call goes, and its comment is told to be of no use.
    fs::write(
        folder.join("keep.js"),
        NEW.lines()
            .next()
            .map(|line| format!("// sidestep: ignore[refresh-session] the kiosk\n{line}\n"))
            .unwrap_or_default(),
    )
    .expect("written");
    said(&[], 0, &["unused suppression: there is no `refresh-session` here to hide"]);
}
