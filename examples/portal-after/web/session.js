const ORG = "https://example.okta.com";

// The browser sends the cookie that it has, whatever it is called.
export async function current() {
  const response = await fetch(`${ORG}/api/v1/sessions/me`, { credentials: "include" });
  return response.ok ? response.json() : null;
}

export async function keepAlive() {
  await fetch(`${ORG}/api/v1/sessions/me/lifecycle/refresh`, { method: "POST", credentials: "include" });
}
