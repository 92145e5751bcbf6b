"""Ends sessions.

sidestep: ignore-file[get-session] documentation is no comment
"""
# sidestep: ignore-file[close-session] the whole script is thrown away after the upgrade
import os
import requests

OKTA = os.environ["OKTA_ORG_URL"]

requests.delete(f"{OKTA}/api/v1/sessions/{os.environ['OLD']}")

# sidestep: ignore-start[get-session] compared with the new calls until then
requests.get(f"{OKTA}/api/v1/sessions/{os.environ['ONE']}")
requests.get(f"{OKTA}/api/v1/sessions/{os.environ['TWO']}")
# sidestep: ignore-end[get-session]

requests.get(f"{OKTA}/api/v1/sessions/{os.environ['SEEN']}")

# sidestep: ignore-start[get-session] never ended
requests.get(f"{OKTA}/api/v1/sessions/{os.environ['SEEN_TOO']}")
# sidestep: ignore-end[sid-cookie]
# sidestep: ignore-file[get-session] too far down
