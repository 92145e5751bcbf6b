import requests


def look_up(host, session_id):
    return requests.get(f"https://{host}/api/v1/sessions/{session_id}", timeout=10).json()
