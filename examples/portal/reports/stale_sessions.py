"""Ends the sessions that the night report calls stale."""

import csv
import os
import sys

import requests

OKTA = os.environ["OKTA_ORG_URL"]

http = requests.Session()
http.headers["Authorization"] = f"SSWS {os.environ['OKTA_API_TOKEN']}"


def look_up(session_id):
    return http.get(f"{OKTA}/api/v1/sessions/{session_id}", timeout=10).json()


def end(session_id):
    http.delete("{}/api/v1/sessions/{}".format(OKTA, session_id), timeout=10).raise_for_status()


if __name__ == "__main__":
    for row in csv.DictReader(sys.stdin):
        if look_up(row["session"])["status"] == "ACTIVE":
            end(row["session"])
