"""The scenario of script/compose-check, against the containers' own addresses. Standard library only."""

import http.client
import json
import subprocess
import sys
import threading
import time
import uuid
from datetime import datetime, timezone

STREET, OFFICER, HEAD = "990102001", "990102001-office.clerk", "990102001-office.secretary"
ADMINISTRATOR = "city-xfj.admin"
COMPOSE = sys.argv[1:]
PROJECT = COMPOSE[COMPOSE.index("--project-name") + 1]
SERVICES = ["directory", "intake", "casework", "scheduling", "notification", "ledger", "portal"]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr or done.stdout}")
    return done.stdout


def inspect(service):
    """Each container of a service: name, address, process, health."""
    of = ("--filter", f"label=com.docker.compose.project={PROJECT}", "--filter", f"label=com.docker.compose.service={service}")
    ids = run("docker", "ps", "-q", *of, "--filter", "label=com.docker.compose.oneoff=False").split()
    form = "{{.Name}} {{range .NetworkSettings.Networks}}{{.IPAddress}},{{end}} {{.State.Pid}} {{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}} {{.RestartCount}}"
    return [line.split() for line in run("docker", "inspect", "-f", form, *ids).splitlines()] if ids else []


def until(what, condition, patience=120):
    begun = time.monotonic()
    while not (seen := condition()):
        if time.monotonic() - begun > patience:
            sys.exit(f"FAILED: {what}: not within {patience} s")
        time.sleep(0.5)
    return seen, time.monotonic() - begun


def healthy(service, count=1):
    found = inspect(service)
    return len(found) == count and all(state == "healthy" for *_, state, _ in found)


def say(text):
    print(f"{time.monotonic() - BEGAN:6.1f}s  {text}", flush=True)


def ask(host, method, path, body=None, token=None, key=None, port=8080, patience=20):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    if method == "POST":
        headers["idempotency-key"] = key or str(uuid.uuid4())
    connection = http.client.HTTPConnection(host, port, timeout=patience)
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text.decode()
    finally:
        connection.close()


def call(service, method, path, body=None, token=None):
    status, answer = ask(address(service), method, path, body, token)
    if status >= 300:
        sys.exit(f"FAILED: {service} {method} {path}: {status} {answer}")
    return answer


def address(service, index=0):
    return inspect(service)[index][1].split(",")[0]


def petition(n):
    return {
        "channel": "net", "class": "request", "topic": "environment", "district": STREET, "kind": "individual",
        "title": "楼下烧烤店深夜排烟扰民", "request": f"请责令整改并告知结果。来件 {n}", "facts": "每晚十一点以后油烟进入住户。",
        "petitioner": {"name": "禾清", "document_kind": "none", "phone": "19912345678", "email": "petitioner@example.org"},
    }


def sign_in(login, password):
    answer = call("directory", "POST", "/sessions", {"login": login, "password": password})
    return answer["token"], answer["staff"]["staff_id"]


def one_petition_through(password):
    administrator, _ = sign_in(ADMINISTRATOR, password)
    staff = after = None
    staff = {}
    while True:
        page = call("directory", "GET", "/staff?limit=100" + (f"&after={after}" if after else ""), token=administrator)
        staff.update((member["login"], member["staff_id"]) for member in page["items"])
        if not (after := page.get("next")):
            break
    for login in (OFFICER, HEAD):
        call("directory", "POST", f"/staff/{staff[login]}/password", {"password": password[::-1]}, administrator)
    (officer, officer_id), (head, _) = (sign_in(login, password[::-1]) for login in (OFFICER, HEAD))
    receipt = call("intake", "POST", "/petitions", petition("全程"))
    path = f"/cases/by-petition/{receipt['petition_id']}"
    until("a case", lambda: ask(address("casework"), "GET", path, token=officer)[0] == 200)
    page = lambda: call("casework", "GET", path, token=officer)
    case = page()["case_id"]
    act = lambda who, command, body: call("casework", "POST", f"/cases/{case}/{command}", body, who)
    act(officer, "accept", {"grade": "ordinary"})
    act(head, "assign", {"officer": officer_id})
    proposal = {
        "outcome": "supported", "opinion": "支持请求，责成有关单位限期落实。", "legal_basis": "《信访工作条例》第三十二条",
        "facts_found": "经现场查看，反映情况属实。", "cause_found": "管理不到位", "opinion_summary": "支持请求",
        "result_summary": "限期落实", "hardship": False,
    }
    for _ in range(24):
        view = page()
        allowed = {action["command"] for action in view["actions"] if action["allowed"]}
        step = next((step for step in view["steps"] if not step["done"]), None)
        if view["stage"] == "closed":
            return receipt, officer
        if view["stage"] == "proposed":
            act(head, "approve", {})
        elif "reply" in allowed:
            act(officer, "reply", {})
        elif "deliver" in allowed:
            now = datetime.now(timezone.utc).isoformat()
            act(officer, "deliver", {"means": "当面送达", "delivered_at": now, "receipt": "回证第1号"})
        elif "close" in allowed:
            act(officer, "close", {})
        elif "propose" in allowed:
            act(officer, "propose", proposal)
        else:
            act(officer, "steps", {"step": step["code"], "note": "已办理并记录在卷"})
    sys.exit(f"FAILED: the case is not closed: {view}")


class Crowd:
    """People who ask again with the same key until they are answered, each time at any of intake's containers."""

    def __init__(self, people):
        self.stop = threading.Event()
        self.doors = [address("intake")]
        self.answered, self.again, self.by_door, self.slowest = [], 0, {}, 0.0
        self.lock = threading.Lock()
        self.people = [threading.Thread(target=self.stand, args=(n,)) for n in range(people)]
        for person in self.people:
            person.start()

    def stand(self, n):
        count = 0
        while not self.stop.is_set():
            key, body, count, begun = str(uuid.uuid4()), petition(f"{n}-{count}"), count + 1, time.monotonic()
            while True:
                door = self.doors[(n + count) % len(self.doors)]
                try:
                    status, answer = ask(door, "POST", "/petitions", body, key=key)
                except OSError:
                    status, answer = 0, None
                if status == 201:
                    break
                if status not in (0, 429, 503):
                    print("FAILED: a petitioner was answered", status, answer, flush=True)
                    break
                with self.lock:
                    self.again += 1
                count += 1
                time.sleep(0.2)
            with self.lock:
                self.answered.append(answer)
                self.by_door[door] = self.by_door.get(door, 0) + 1
                self.slowest = max(self.slowest, time.monotonic() - begun)
            self.stop.wait(0.1)

    def end(self):
        self.stop.set()
        for person in self.people:
            person.join()


def metric(service, name):
    total = 0.0
    for index in range(len(inspect(service))):
        text = ask(address(service, index), "GET", "/metrics")[1]
        total += sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))
    return total


def main():
    password = open("var/compose/secrets/administrator_password").read().strip()
    for service in SERVICES + ["postgres", "nats"]:
        until(f"{service} healthy", lambda: healthy(service, len(inspect(service))))
    say(f"healthy: {', '.join(SERVICES)}, postgres, nats")

    receipt, officer = one_petition_through(password)
    number = receipt["number"]
    ledger = lambda: number in json.dumps(ask(address("ledger"), "GET", "/matters?limit=50", token=officer)[1])
    _, waited = until("the ledger shows it", ledger)
    say(f"{number}: registered, handled, closed; in the ledger after {waited:.1f} s")
    letters = lambda: ask(address("mail"), "GET", "/api/v1/messages", port=8025)[1]["total"]
    seen, waited = until("letters", lambda: letters() >= 3 and letters())
    say(f"the mail catcher holds {seen} letters")
    status, _ = ask("127.0.0.1", "GET", "/health/ready")
    assert status == 200, "the portal's published port"
    page = ask("127.0.0.1", "GET", "/")
    say(f"the portal's front page answers {page[0]} on the published port")

    crowd = Crowd(24)
    time.sleep(5)
    before = len(crowd.answered)
    begun = time.monotonic()
    run(*COMPOSE, "up", "-d", "--no-recreate", "--scale", "intake=3")
    until("three intakes", lambda: healthy("intake", 3))
    crowd.doors = [address("intake", index) for index in range(3)]
    say(f"intake scaled to three in {time.monotonic() - begun:.1f} s, under load ({before} petitions answered before)")
    time.sleep(8)
    until("answers of all three", lambda: all(door in crowd.by_door for door in crowd.doors))
    say(f"answered by each of the three: {[crowd.by_door[door] for door in crowd.doors]}")

    name, _, pid, _, restarts = inspect("casework")[0]
    run("kill", "-9", pid)
    until("casework restarted", lambda: int(inspect("casework")[0][4]) > int(restarts))
    _, waited = until("casework healthy", lambda: healthy("casework"))
    say(f"{name} killed (-9) and restarted by the engine: healthy after {waited:.1f} s")
    begun = time.monotonic()
    killed = inspect("intake")[2]
    run("docker", "rm", "-f", killed[0].lstrip("/"))
    run(*COMPOSE, "up", "-d", "--no-recreate", "--scale", "intake=3")
    until("three intakes", lambda: healthy("intake", 3))
    crowd.doors = [address("intake", index) for index in range(3)]
    say(f"{killed[0]} removed and replaced: three healthy after {time.monotonic() - begun:.1f} s")
    time.sleep(3)
    crowd.end()
    assert all(crowd.answered), "a petitioner got no number"
    numbers = {answer["number"] for answer in crowd.answered}
    assert len(numbers) == len(crowd.answered), "a number was given twice"
    say(f"{len(numbers)} petitions answered, {crowd.again} requests asked again, slowest {crowd.slowest:.1f} s")

    def all_open():
        host = address("intake")
        views = (ask(host, "POST", "/petitions/query", {"number": a["number"], "code": a["query_code"]}) for a in sample)
        return all(status == 200 and view["deadlines"] for status, view in views)

    sample = crowd.answered[:: max(1, len(crowd.answered) // 20)]
    _, waited = until("cases", all_open)
    say(f"each of {len(sample)} petitions asked about has a case with deadlines")
    report = run(*COMPOSE, "run", "--rm", "verify")
    say("huiyin verify: " + report.strip().splitlines()[-1])


BEGAN = time.monotonic()
main()
