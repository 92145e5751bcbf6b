use serde_json::Value;

const OKTA: &str = "https://example.okta.com";

/// Trades the badge's session token for a cookie token, which the wall display opens its apps with.
async fn cookie_token(http: &reqwest::Client, session_token: &str) -> reqwest::Result<Value> {
    http.post(format!("{OKTA}/api/v1/sessions"))
        .query(&[("additionalFields", "cookieToken")])
        .json(&serde_json::json!({ "sessionToken": session_token }))
        .send()
        .await?
        .json()
        .await
}

#[tokio::main]
async fn main() -> reqwest::Result<()> {
    let http = reqwest::Client::new();
    let badge = std::env::args().nth(1).unwrap_or_default();
    let session = cookie_token(&http, &badge).await?;
    println!("{OKTA}/home/bookmark/wall?onetimetoken={}", session["cookieToken"]);
    Ok(())
}
