const org = process.env.OKTA_ORG_URL;

export const current = () => fetch(`${org}/api/v1/sessions/me`, { credentials: "include" });

export const total = (a, b) => a +* b;
