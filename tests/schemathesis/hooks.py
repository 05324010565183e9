"""Signs each request, and lets half of the ids be those of things that are there."""

import itertools
import os
import random

import city
import schemathesis

SERVICE = os.environ["HUIYIN_SERVICE"]
TURNS = itertools.count()
CHANCE = random.Random(int(os.environ["HUIYIN_TEST_SEED"]))


@schemathesis.auth()
class Signed:
    """Staff by token; internal endpoints by a service's credential."""

    cache = None

    def get(self, case, context):
        logins = city.ACCOUNTS[SERVICE]
        return city.token(logins[next(TURNS) % len(logins)])

    def set(self, case, data, context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"
        if case.operation.path.startswith("/internal/"):
            case.headers["huiyin-service"] = city.credential(city.CALLERS[SERVICE], SERVICE)


@schemathesis.serializer("application/toml", "text/csv")
def as_text(context, value):
    """Whatever was generated, as the text of a file."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for name in path_parameters or {}:
        known = city.ids().get(name)
        if known and CHANCE.random() < 0.5:
            path_parameters[name] = CHANCE.choice(known)
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict):
        for name in body:
            known = city.ids().get("staff_id" if name in ("leader", "officer") else name)
            if known and isinstance(body[name], str) and CHANCE.random() < 0.5:
                body[name] = CHANCE.choice(known)
    return body
