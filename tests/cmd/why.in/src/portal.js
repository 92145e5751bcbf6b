const express = require("express");
const app = express();
const okta = "https://acme.okta.com";

app.get("/api/v1/sessions/:id", (req, res) => res.json(store.get(req.params.id)));

app.get("/me", async (req, res) => {
  const me = await fetch(`${okta}/api/v1/sessions/me`, { credentials: "include" });
  const all = await fetch(`https://backend.example.org/api/v1/sessions/${req.params.id}`);
  const one = await fetch(`${okta}/api/v1/sessions/${req.params.id}`);
  // sidestep: ignore[get-session] moved with the next release
  const two = await fetch(`${okta}/api/v1/sessions/${req.params.id}`, { method: "GET" });
  console.log("ask /api/v1/sessions/{id} of the portal");
  res.json({ me, all, one, two });
});
