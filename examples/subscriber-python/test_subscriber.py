"""What may happen to a subscriber, one after the other. python3 -m unittest"""

import json
import pathlib
import unittest

from contract import Contract
from register import Register

HERE = pathlib.Path(__file__).parent
SAMPLE = json.loads((HERE / "../../shared/contracts/tests/golden/CaseSnapshot.v1.json").read_text())
CONTRACT = Contract(HERE / "../../docs")


class Hearing(unittest.TestCase):
    def setUp(self):
        self.register = Register(":memory:")
        self.addCleanup(self.register.close)

    def hear(self, sequence, id=None, incarnation=1, type="huiyin.casework.case.accepted.v1", body=SAMPLE, data=None):
        headers = {
            "ce-id": id or f"event-{incarnation}-{sequence}",
            "ce-type": type,
            "ce-subject": "case-1",
            "ce-sequence": str(sequence),
            "ce-incarnation": str(incarnation),
            "ce-district": "420102001",
        }
        return self.register.keep(CONTRACT.read(headers, data or json.dumps(body).encode()))

    def newest(self):
        return self.register.db.execute("select incarnation, sequence from thing").fetchall()

    def test_in_order_each_is_applied_once(self):
        self.assertEqual([self.hear(1), self.hear(2), self.hear(2), self.hear(1)], ["applied", "applied", "repeated", "repeated"])
        self.assertEqual(self.newest(), [(1, 2)])

    def test_after_a_gap_the_newest_counts_and_what_comes_late_is_old(self):
        self.assertEqual([self.hear(1), self.hear(4), self.hear(3), self.hear(5)], ["applied", "gap", "repeated", "applied"])
        self.assertEqual(self.newest(), [(1, 5)])

    def test_a_refilled_stream_brings_nothing_new(self):
        first = [self.hear(n) for n in range(1, 6)]
        again = [self.hear(n) for n in range(1, 7)]
        self.assertEqual((first, again), (["applied"] * 5, ["repeated"] * 5 + ["applied"]))

    def test_after_a_restore_the_higher_incarnation_counts(self):
        self.assertEqual([self.hear(1), self.hear(2), self.hear(3)], ["applied"] * 3)
        self.assertEqual(self.hear(2, incarnation=2), "gap")
        self.assertEqual(self.newest(), [(2, 2)])

    def test_another_event_at_the_same_place_is_told(self):
        self.assertEqual([self.hear(1), self.hear(1, id="other")], ["applied", "fork"])

    def test_what_breaks_the_schema_is_kept_aside_and_changes_nothing(self):
        self.assertEqual(self.hear(1), "applied")
        self.assertEqual(self.hear(2, body={**SAMPLE, "state": "lost"}), "refused")
        self.assertEqual(self.hear(3, data=b"{"), "refused")
        self.assertEqual(self.register.db.execute("select count(*) from refused").fetchone(), (2,))
        self.assertEqual(self.newest(), [(1, 1)])

    def test_new_fields_and_new_types_are_no_fault(self):
        self.assertEqual(self.hear(1, body={**SAMPLE, "added_later": 1}), "applied")
        self.assertEqual(self.hear(2, type="huiyin.casework.case.not_yet_known.v1", body={}), "applied")


if __name__ == "__main__":
    unittest.main()
