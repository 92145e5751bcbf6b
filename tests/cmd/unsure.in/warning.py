import requests


def sign_in(session_token):
    body = {"sessionToken": session_token}
    return requests.post("https://acme.okta.com/api/v1/sessions", json=body, timeout=10).json()
