"""The newest snapshot of each thing, and by its place in the thing's history what was heard already."""

import json
import sqlite3
from contextlib import contextmanager

TABLES = """
create table if not exists thing (
    subject text primary key, incarnation integer not null, sequence integer not null, event_id text not null,
    type text not null, district text not null, body text not null
);
create table if not exists refused (event_id text, type text, why text not null, body text);
"""


class Register:
    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("pragma synchronous = full")
        self.db.executescript(TABLES)

    @contextmanager
    def transaction(self):
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    def keep(self, event):
        """`applied`, `gap` (applied too: a snapshot needs no history), `repeated`, `fork` or `refused`."""
        if event.fault is not None:
            # Kept for a person to look at. Acknowledged all the same: it would not get better by coming again.
            values = (event.id, event.type, event.fault, json.dumps(event.body))
            self.db.execute("insert into refused values (?, ?, ?, ?)", values)
            return "refused"
        row = self.db.execute("select incarnation, sequence, event_id from thing where subject = ?", (event.subject,)).fetchone()
        if row is not None and event.place <= (row[0], row[1]):
            # Another event at the same place: the owner was restored without a new incarnation. Ask its operator.
            return "fork" if event.place == (row[0], row[1]) and event.id != row[2] else "repeated"
        values = (event.subject, *event.place, event.id, event.type, event.district, json.dumps(event.body, ensure_ascii=False))
        self.db.execute("insert or replace into thing values (?, ?, ?, ?, ?, ?, ?)", values)
        expected = 1 if row is None else row[1] + 1
        return "applied" if event.sequence == expected else "gap"

    def close(self):
        self.db.close()
