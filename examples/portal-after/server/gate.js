import OktaJwtVerifier from "@okta/jwt-verifier";
import express from "express";

const org = process.env.OKTA_ORG_URL;
const verifier = new OktaJwtVerifier({ issuer: `${org}/oauth2/default` });
const app = express();

app.use(async (req, res, next) => {
  try {
    const bearer = (req.headers.authorization ?? "").replace(/^Bearer /, "");
    req.user = (await verifier.verifyAccessToken(bearer, "api://default")).claims;
    next();
  } catch {
    res.redirect("/sign-in");
  }
});

app.post("/sign-out-everywhere", async (req, res) => {
  await fetch(`${org}/api/v1/users/${req.user.uid}/sessions`, {
    method: "DELETE",
    headers: { Authorization: `SSWS ${process.env.OKTA_API_TOKEN}` },
  });
  res.redirect("/");
});

app.listen(3000);
