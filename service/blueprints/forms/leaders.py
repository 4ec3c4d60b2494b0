"""Forms about leaders."""

import re
from dataclasses import dataclass
from datetime import date

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.enums import Element, LeaderStatus, Phase
from service.operations.leaders import LeaderDetails
from service.queries.leaders import SORTS, LeaderFilters
from service.queries.listing import MAXIMUM_PAGE
from service.text import say

LANGUAGE = re.compile("[a-z]{2,3}")
"""A code of ISO 639; a list from a file may name more than the form offers."""


def leader_filters() -> LeaderFilters:
    """Read the address of the lists; what is not understood is left out."""
    reader = FieldReader(request.args)
    return LeaderFilters(
        q=reader.text("q", required=False)[:200],
        status=reader.choice("status", LeaderStatus, required=False),
        phase=reader.choice("phase", Phase, required=False),
        commune=reader.whole("commune", low=1, high=999_999_999, required=False),
        sort=reader.one_of("sort", SORTS, "name"),
        direction=reader.one_of("direction", ("asc", "desc"), "asc"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


@dataclass(frozen=True, slots=True)
class LeaderForm:
    """A leader registered or corrected, with the source of what is said."""

    details: LeaderDetails
    source: str

    @classmethod
    def from_request(cls, today: date, *, school: str | None = None) -> "LeaderForm":
        """Read the form; ``school`` is given where it cannot be changed.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        name = reader.text("name", longest=160)
        email = reader.text("email", required=False, longest=254).lower()
        if email and (email.count("@") != 1 or email.startswith("@") or email.endswith("@")):
            reader.refuse("email", say("No es una dirección de correo."))
        elements = {}
        for element in Element:
            level = reader.whole(f"element_{element.value}", low=1, high=4, required=False)
            if level is not None:
                elements[element] = level
        languages = tuple(dict.fromkeys(filter(LANGUAGE.fullmatch, request.form.getlist("languages"))))
        if not languages:
            reader.refuse("languages", say("Elija al menos un idioma."))
        details = LeaderDetails(
            name=name,
            email=email or None,
            school=school if school is not None else reader.text("school", longest=20),
            status=reader.choice("status", LeaderStatus, required=school is None) or LeaderStatus.APPLIED,
            in_post_since=reader.day("in_post_since", required=False, latest=today),
            capacity=reader.whole("capacity", low=0, high=20, default=0) or 0,
            elements=elements,
            languages=languages,
            online=reader.flag("online"),
            max_km=reader.decimal("max_km", low=0, high=5000, required=False),
            consent_on=reader.day("consent_on", required=False, latest=today),
            owner_consent_on=reader.day("owner_consent_on", required=False, latest=today),
            trained_on=reader.day("trained_on", required=False, latest=today),
        )
        source = reader.text("source", longest=300)
        reader.check()
        return cls(details, source)
