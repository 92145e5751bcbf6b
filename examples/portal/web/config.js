export const ORG = "https://example.okta.com";
