import cookieParser from "cookie-parser";
import express from "express";

const org = process.env.OKTA_ORG_URL;
const app = express();
app.use(cookieParser());

app.use((req, res, next) => {
  const sid = req.cookies.sid;
  if (!sid) return res.redirect(`${org}/login/default`);
  next();
});

app.post("/sign-out", async (req, res) => {
  await fetch(`${org}/api/v1/users/me/lifecycle/delete_sessions`, {
    method: "POST",
    headers: { Cookie: req.headers.cookie },
  });
  res.redirect("/");
});

app.listen(3000);
