app.post("/logout", (req, res) => {
  res.clearCookie("sid");
  res.redirect("/");
});
