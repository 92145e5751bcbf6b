//! What findings say to do: by kind of program, by language, and by the SDK and its version as manifests and lock files
//! have it.

mod common;

use common::{project, run};

/// The advice of the findings, in order.
fn advice(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    let (_, said) = run(&project("advice", name, files), &["-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let findings = json["findings"].as_array().expect("findings");
    findings.iter().map(|finding| finding["advice"].as_str().expect("advice").to_owned()).collect()
}

const NODE: &str = "import okta from \"@okta/okta-sdk-nodejs\";
const client = new okta.Client({ orgUrl: \"https://acme.okta.com\", token });
await client.endSession(id);
";

#[test]
fn the_lock_file_chooses_and_the_manifest_where_there_is_none() {
    let manifest = r#"{"dependencies": {"@okta/okta-sdk-nodejs": "^6.4.0"}}"#;
    let locked = r#"{"packages": {"node_modules/@okta/okta-sdk-nodejs": {"version": "6.6.0"}}}"#;
    let newer = r#"{"packages": {"node_modules/@okta/okta-sdk-nodejs": {"version": "7.1.1"}}}"#;
    for (name, files, expected) in [
        ("node", &[("app.js", NODE)][..], "client.userApi.revokeUserSessions({ userId }) from version 7 on"),
        (
            "node-manifest",
            &[("app.js", NODE), ("package.json", manifest)],
            "okta-sdk-nodejs 6.4.0: await client.clearUserSessions",
        ),
        (
            "node-lock",
            &[("app.js", NODE), ("package.json", manifest), ("package-lock.json", locked)],
            "okta-sdk-nodejs 6.6.0: await client.clearUserSessions",
        ),
        (
            "node-workspace",
            &[("packages/a/app.js", NODE), ("packages/a/package.json", "{}"), ("package-lock.json", newer)],
            "okta-sdk-nodejs 7.1.1: await client.userApi.revokeUserSessions",
        ),
    ] {
        let said = advice(name, files);
        assert!(said.len() == 1 && said[0].contains(expected), "{name}: {said:?}");
        assert!(said[0].starts_with("call DELETE /api/v1/users/{userId}/sessions with the API token"), "{said:?}");
    }
}

#[test]
fn every_sdk_has_advice_for_its_versions() {
    let python = "from okta.client import Client\n\nasync def end(client: Client, session_id):\n    await client.revoke_session(session_id)\n";
    let go = "package p\n\nimport \"github.com/okta/okta-sdk-golang/v2/okta\"\n\nfunc end(ctx context.Context, client *okta.Client, id string) {\n\tclient.Session.EndSession(ctx, id)\n}\n";
    let csharp = "using Okta.Sdk.Api;\n\nclass A {\n  async Task End(SessionApi api, string id) => await api.RevokeSessionAsync(id);\n}\n";
    let js = "import { OktaAuth } from \"@okta/okta-auth-js\";\nconst authClient = new OktaAuth({ issuer });\nauthClient.session.setCookieAndRedirect(token);\n";
    for (name, files, expected) in [
        (
            "python-3",
            [("a.py", python), ("poetry.lock", "[[package]]\nname = \"okta\"\nversion = \"3.1.0\"\n")],
            "okta 3.1.0: await client.revoke_user_sessions(user_id)",
        ),
        ("python-0", [("a.py", python), ("requirements.txt", "okta==0.0.4\n")], "okta 0.0.4 has no call for it"),
        (
            "go-2",
            [("a.go", go), ("go.mod", "require github.com/okta/okta-sdk-golang/v2 v2.20.0\n")],
            "okta-sdk-golang 2.20.0: client.User.ClearUserSessions(ctx, userID, nil)",
        ),
        (
            "csharp-7",
            [("a.cs", csharp), ("A.csproj", "<PackageReference Include=\"Okta.Sdk\" Version=\"7.0.1\" />\n")],
            "Okta.Sdk 7.0.1: await new UserApi(configuration)",
        ),
        (
            "js-4",
            [("a.js", js), ("yarn.lock", "\"@okta/okta-auth-js@^4.0.0\":\n  version \"4.9.2\"\n")],
            "4.9.2 has no Identity Engine methods: update it to 5",
        ),
        (
            "js-7",
            [("a.js", js), ("pnpm-lock.yaml", "packages:\n  '@okta/okta-auth-js@7.8.1':\n    resolution: {}\n")],
            "@okta/okta-auth-js 7.8.1 has it: const tx",
        ),
    ] {
        let said = advice(name, &files);
        assert!(said.iter().any(|said| said.contains(expected)), "{name}: {said:?}");
    }
}

#[test]
fn without_an_sdk_the_language_says_how() {
    let python = "import requests\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\ndef get(i):\n    return requests.get(f\"https://acme.okta.com/api/v1/sessions/{i}\")\n";
    let said = advice("language", &[("a.py", python)]);
    assert!(said[0].contains("no /me call takes an API token"), "{said:?}");
    assert!(
        said[0].ends_with("in Python: await AccessTokenVerifier(issuer=issuer).verify(token), with okta-jwt-verifier"),
        "{said:?}"
    );
}

#[test]
fn an_api_token_tells_a_server_where_nothing_else_does() {
    let call = |headers: &str| {
        format!("await fetch(`https://acme.okta.com/api/v1/sessions/${{id}}`, {{ method: \"GET\", {headers} }});\n")
    };
    let said = advice("token", &[("a.js", call("headers: { Authorization: `SSWS ${token}` }").as_str())]);
    assert!(said[0].starts_with("no /me call takes an API token"), "{said:?}");
    let said = advice("no-token", &[("a.js", call("").as_str())]);
    assert!(said[0].starts_with("in a browser call GET /api/v1/sessions/me"), "{said:?}");
}

#[test]
fn sid_beside_idx_is_said_to_be_kept_for_compatibility() {
    let app = "const okta = \"https://acme.okta.com\";
app.get(\"/a\", (req) => req.cookies.idx || req.cookies.sid);
app.get(\"/b\", (req) => req.cookies.sid);
app.post(\"/c\", (req, res) => [\"sid\", \"idx\"].forEach((name) => res.clearCookie(name)));
";
    let (code, said) = run(&project("advice", "beside", &[("a.js", app)]), &["-o", "concise"]);
    let of = |line: usize| {
        said.lines().filter(move |found| found.starts_with(&format!("a.js:{line}:")) && found.contains("sid-cookie"))
    };
    for line in [2, 4] {
        let found: Vec<&str> = of(line).collect();
        assert!(
            found.len() == 1 && found[0].contains("warning[sid-cookie]") && found[0].contains("knows both"),
            "{said}"
        );
    }
    assert!(code == 1 && of(3).all(|found| found.contains("error[sid-cookie]")) && of(3).count() == 1, "{said}");
}
