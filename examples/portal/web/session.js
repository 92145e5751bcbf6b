import { ORG } from "./config.js";

const SESSIONS = `${ORG}/api/v1/sessions`;

// Who is signed in? Keeps working: the browser sends whatever cookie it has.
export async function current() {
  const response = await fetch(`${SESSIONS}/me`, { credentials: "include" });
  return response.ok ? response.json() : null;
}

// The password form of 2019.
export async function start(sessionToken) {
  const response = await fetch(SESSIONS, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sessionToken }),
  });
  return response.json();
}

export async function keepAlive(id) {
  await fetch(`${SESSIONS}/${id}/lifecycle/refresh`, { method: "POST" });
}
