"""What Huiyin promises: CloudEvents attributes in the headers, a body by its JSON Schema."""

import json
from dataclasses import dataclass
from typing import Any, Optional

from jsonschema import Draft202012Validator


@dataclass(frozen=True)
class Event:
    id: str
    type: str
    subject: str  # the thing spoken of
    sequence: int  # from 1, without a gap for each thing
    incarnation: int  # higher after the owner was restored from a backup: then the sequence is taken anew
    district: str
    body: Any
    fault: Optional[str] = None  # why it cannot be used

    @property
    def place(self):
        return (self.incarnation, self.sequence)


class Contract:
    """The published descriptions: asyncapi.json names each type's schema."""

    def __init__(self, docs):
        messages = json.loads((docs / "asyncapi.json").read_text())["components"]["messages"]
        self.schemas = {}
        for name, message in messages.items():
            schema = json.loads((docs / message["payload"]["$ref"]).read_text())
            self.schemas[name] = Draft202012Validator(schema)

    def read(self, headers, data):
        header = lambda name: headers.get(name, "")
        try:
            place = int(header("ce-sequence")), int(header("ce-incarnation"))
        except ValueError:
            place = 0, 0
        body, fault = None, None
        schema = self.schemas.get(header("ce-type"))  # a type we do not know yet is kept unchecked: the owner is newer
        try:
            body = json.loads(data)
        except ValueError:
            fault = "the body is not JSON"
        if fault is None and (not header("ce-id") or not header("ce-subject") or place[0] < 1):
            fault = "an attribute is missing"
        if fault is None and schema is not None:
            wrong = next(schema.iter_errors(body), None)
            fault = wrong and f"{wrong.json_path}: {wrong.message}"[:200]
        return Event(header("ce-id"), header("ce-type"), header("ce-subject"), place[0], place[1], header("ce-district"), body, fault)
