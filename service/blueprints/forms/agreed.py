"""The form of a partnership agreed outside a run."""

from dataclasses import dataclass
from datetime import date

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.operations.agreed_outside import Agreed


@dataclass(frozen=True, slots=True)
class AgreedForm:
    """Who works with whom, and who said yes."""

    details: Agreed

    @classmethod
    def from_request(cls, today: date) -> "AgreedForm":
        """Read the form; which yeses or which norm are needed is the operation's to say."""
        reader = FieldReader(request.form)
        details = Agreed(
            school=reader.text("school", longest=20),
            leader_school=reader.text("leader_school", longest=20),
            imposed=reader.one_of("how", ("agreed", "imposed"), "agreed") == "imposed",
            legal_basis=reader.text("legal_basis", required=False, longest=300),
            school_yes_on=reader.day("school_yes_on", required=False, latest=today),
            leader_yes_on=reader.day("leader_yes_on", required=False, latest=today),
            note=reader.text("note", longest=400),
        )
        reader.check()
        return cls(details)
