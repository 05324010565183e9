"""The running city as the fuzzer needs it: addresses, accounts, credentials, and ids of things that are there."""

import base64
import functools
import hashlib
import hmac
import json
import os
import pathlib
import re
import threading
import time
import tomllib
import urllib.request

DIR = pathlib.Path(os.environ["HUIYIN_CITY"])
SETTINGS = tomllib.loads((DIR / "settings.toml").read_text())
BIND = SETTINGS["server"]["bind"]
MASTER = (DIR / "secrets" / "master").read_text().strip()

# Those whose work the service is; they take turns.
ACCOUNTS = {
    "intake": ["city-xfj.clerk1", "990102001-office.clerk", "city-xfj.supervisor"],
    "casework": ["990101-hr.officer", "990101-hr.head", "990102001-office.secretary", "city-xfj.supervisor"],
    "scheduling": ["city-xfj.schedule", "990102001-office.clerk", "city-gov.leader07"],
    "notification": ["city-xfj.supervisor", "city-xfj.admin", "990101-hr.officer"],
    "ledger": ["city-xfj.supervisor", "990101-hr.head"],
    "directory": ["city-xfj.admin"],
}
# Who calls the internal endpoints of each.
CALLERS = {"intake": "notification", "casework": "intake", "notification": "intake", "scheduling": "portal"}
LOCK = threading.Lock()
TOKENS = {}


def url(service, path=""):
    return f"http://{BIND[service]}{path}"


def password(login):
    """As `huiyin up` derives and prints it."""
    return hmac.new(MASTER.encode(), f"huiyin-local:{login}".encode(), hashlib.sha256).hexdigest()[:16]


def ask(method, address, token=None, body=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data=data, method=method, headers=headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.loads(answer.read() or "null")


def token(login):
    """A token that is good for some minutes yet."""
    with LOCK:
        made, value = TOKENS.get(login, (0.0, ""))
        if time.monotonic() - made > 120:
            body = {"login": login, "password": password(login)}
            value = ask("POST", url("directory", "/sessions"), body=body)["token"]
            TOKENS[login] = (time.monotonic(), value)
        return value


def credential(caller, service):
    """A call between services: a statement signed with the installation's internal secret, good for a minute."""
    key = hmac.new(MASTER.encode(), b"huiyin:internal_token", hashlib.sha256).digest()
    now = int(time.time())
    parts = [{"typ": "JWT", "alg": "HS256"}, {"iss": caller, "aud": service, "iat": now, "exp": now + 60}]
    text = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts)
    signature = hmac.new(key, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@functools.cache
def ids():
    """Ids and codes that are there, by the name of the parameter that takes them."""
    supervisor, editor, admin = map(token, ("city-xfj.supervisor", "city-xfj.schedule", "city-xfj.admin"))
    lists = {
        "cases": ask("GET", url("casework", "/cases?scope=district&limit=200"), supervisor)["items"],
        "sessions": ask("GET", url("scheduling", "/sessions?limit=20"), editor)["items"],
        "staff": ask("GET", url("directory", "/staff?limit=200"), admin)["items"],
        "units": ask("GET", url("directory", "/units?limit=50"), admin),
    }
    text = json.dumps(lists)
    found = {name: sorted(set(re.findall(rf'"{name}": "([0-9a-f-]{{36}})"', text)))
             for name in ("case_id", "petition_id", "session_id", "venue_id", "visit_id", "round_id", "staff_id")}
    busy = {login for logins in ACCOUNTS.values() for login in logins}
    found["staff_id"] = [member["staff_id"] for member in lists["staff"] if member["login"] not in busy]
    found["code"] = ["990199", "fuzz-unit"]
    return {name: values for name, values in found.items() if values}
