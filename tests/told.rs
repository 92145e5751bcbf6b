//! What a run tells of files that it did not read whole, and what it keeps to itself: notices where something may be missed
//! and nowhere else, and no secret of a scanned file.

mod common;

use std::fmt::Write as _;

use common::{project, run};

const CROWDED: &str = "has more names for other files";

/// A program that hands a path to functions which it does not define, one to a line.
fn asks(imports: &str, count: usize) -> String {
    (0..count).fold(format!("{imports}import requests\n"), |mut text, at| {
        let _ = writeln!(text, "requests.delete(org_{at:04}() + \"/api/v1/sessions/\" + sid)");
        text
    })
}

#[test]
fn names_beyond_what_is_followed_are_told_where_another_file_has_one() {
    let plain = asks("", 600);
    let alone = project("told", "alone", &[("a.py", plain.as_str()), ("b.py", "def other(): return \"/x\"\n")]);
    let (code, said) = run(&alone, &["--isolated", "--exit-zero", "--strict"]);
    assert!(code == 0 && !said.contains(CROWDED), "{code} {said}");

    let taking = asks("from b import org_0599\n", 600);
    let other = "def org_0599(): return \"https://acme.okta.com\"\n";
    let both = project("told", "both", &[("a.py", taking.as_str()), ("b.py", other)]);
    let (_, said) = run(&both, &["--isolated", "--exit-zero"]);
    assert!(said.contains(&format!("a.py: {CROWDED}")), "{said}");
}

#[test]
fn a_header_that_cannot_be_parsed_counts_where_it_says_something() {
    let interface = |line: &str| {
        format!(
            "#import <Foundation/Foundation.h>\nNS_ASSUME_NONNULL_BEGIN\n/*! Uses no session of Okta's. */\n\
             @interface AcmeAgent : NSObject\n/*! For no-SSO sessions. */\n- (instancetype)init API_AVAILABLE(ios(11))\n\
             __deprecated_msg(\"no more \" \"of it\");\n{line}\n#if IOS\n- (id)a:(id *)b API_AVAILABLE(ios(13.0));\n#endif\n\
             NS_ASSUME_NONNULL_END\n@end\n"
        )
    };
    let remark = project("told", "remark", &[("AcmeAgent.h", interface("").as_str())]);
    let (code, said) = run(&remark, &["--isolated"]);
    assert!(code == 0 && !said.contains("parse failed"), "{code} {said}");
    let code_line = interface("x = = @\"/api/v1/sessions/\";");
    let path = project("told", "path", &[("AcmeAgent.h", code_line.as_str())]);
    let (code, said) = run(&path, &["--isolated"]);
    assert!(code == 2 && said.contains("parse failed"), "{code} {said}");

    let cpp = "#pragma once\n/** @interface IOffice\n * of acme.okta.com/api/v1/sessions */\n#import \"mso.tlb\" raw_interfaces_only\n\
               template <class T> class Office : public T { std::string s = R\"(/api/v1/sessions)\"; };\n";
    let library = project("told", "library", &[("Office.h", cpp)]);
    let (_, said) = run(&library, &["--isolated"]);
    assert!(!said.contains("syntax error") && !said.contains("parse failed"), "{said}");
}

#[test]
fn what_a_request_is_made_of_is_shown_without_its_secrets() {
    let nginx = "location /x {\n    set $sid \"102SECRETxyz\";\n    proxy_pass https://acme.okta.com/api/v1/sessions/$sid;\n}\n";
    let apache = "<VirtualHost *:80>\nDefine sid 102SECRETxyz\nProxyPass /x https://acme.okta.com/api/v1/sessions/${sid}\n</VirtualHost>\n";
    let script = "const sid = \"102SECRETxyz\";\nconst session = \"102SECRETxyzABC45\";\nconst path = \"/api/v1/sessions/\";\n\n\
                  await fetch(\"https://acme.okta.com\" + path + sid);\nawait fetch(\"https://acme.okta.com\" + path + session);\n";
    let shell = "sid=102SECRETxyz\n\ncurl \"https://acme.okta.com/api/v1/sessions/$sid\"\n";
    let files = [("acme.nginx", nginx), ("httpd.conf", apache), ("a.js", script), ("a.sh", shell)];
    let folder = project("told", "secrets", &files);
    for format in ["text", "json", "jsonl", "sarif", "concise", "csv", "markdown", "junit", "gitlab", "github"] {
        let (_, said) = run(&folder, &["--isolated", "--exit-zero", "-o", format]);
        assert!(said.contains("session"), "{format} {said}");
        assert!(!said.contains("102SECRET"), "{format} {said}");
    }
    let (_, said) = run(&folder, &["--isolated", "--exit-zero"]);
    assert!(said.contains("comes from here: \"/api/v1/sessions/\""), "{said}");
    for place in ["acme.nginx:3", "httpd.conf:3", "a.js:5", "a.js:6", "a.sh:3"] {
        assert!(said.contains(place), "{place} {said}");
    }
}
