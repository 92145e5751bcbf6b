const OKTA = process.env.OKTA_ORG_URL;

export async function close(id) {
  // sidestep: ignore[close-session] the old console goes in March
  return fetch(`${OKTA}/api/v1/sessions/${id}`, { method: "DELETE" });
}

export async function read(id) {
  return fetch(`${OKTA}/api/v1/sessions/${id}`); // sidestep: ignore[get-session, close-session] read by the audit only
}

export async function refresh(id) {
  // sidestep: ignore[refresh-session]
  return fetch(`${OKTA}/api/v1/sessions/${id}/lifecycle/refresh`, { method: "POST" });
}

export async function again(id) {
  // sidestep: ignore[refresh-sesion] misspelt
  return fetch(`${OKTA}/api/v1/sessions/${id}/lifecycle/refresh`, { method: "POST" });
}

export async function text(id) {
  const note = "// sidestep: ignore[get-session] words in a string"; return fetch(`${OKTA}/api/v1/sessions/${id}`);
}

export async function bare(id) {
  // sidestep: ignore all of it
  return fetch(`${OKTA}/api/v1/sessions/${id}`);
}

export const Page = ({ id }) => (
  <main>
    {/* sidestep: ignore[close-session] shown until the new page is there */}
    <button onClick={() => fetch(`${OKTA}/api/v1/sessions/${id}`, { method: "DELETE" })} />
  </main>
);
