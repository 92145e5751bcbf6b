const org = process.env.OKTA_ORG_URL;

function end(id {
  return = fetch(`${org}/api/v1/sessions/${id}` { method: "DELETE" );
