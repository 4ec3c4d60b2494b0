"""Forms about schools."""

from dataclasses import dataclass
from datetime import date

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.enums import Element, OwnerKind, OwnerType, Phase, SchoolStatus
from service.operations.schools import SchoolDetails
from service.permissions import Action, Actor, can
from service.queries.evidence import NeedStatus
from service.queries.listing import MAXIMUM_PAGE
from service.queries.schools_lists import SORTS, SchoolFilters
from service.text import say

RURALITIES = ("rural", "urban")
LARGEST_CODE = 999_999_999


def school_filters(actor: Actor) -> SchoolFilters:
    """Read the address of the list; what is not understood is left out."""
    reader = FieldReader(request.args)
    oversees = can(actor, Action.SEE_NEED)
    has_territory = bool(actor.service_ids or actor.owner_ids)
    return SchoolFilters(
        q=reader.text("q", required=False)[:200],
        territory=reader.one_of("territory", ("mine", "all"), "mine" if has_territory else "all")
        if has_territory
        else "all",
        commune=reader.whole("commune", low=1, high=LARGEST_CODE, required=False),
        phase=reader.choice("phase", Phase, required=False),
        owner_kind=reader.one_of("owner_kind", [kind.value for kind in OwnerKind]),
        rurality=reader.one_of("rurality", RURALITIES),
        status=reader.choice("status", SchoolStatus, required=False)
        if "status" in request.args
        else SchoolStatus.WORKING,
        need=reader.choice("need", NeedStatus, required=False) if oversees else None,
        sort=reader.one_of("sort", SORTS, "name"),
        direction=reader.one_of("direction", ("asc", "desc"), "asc"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


@dataclass(frozen=True, slots=True)
class SchoolForm:
    """A school added or corrected by hand, with the source of what is said."""

    details: SchoolDetails
    source: str

    @classmethod
    def from_request(cls) -> "SchoolForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        latitude = reader.decimal("latitude", low=-90, high=90, required=False)
        longitude = reader.decimal("longitude", low=-180, high=180, required=False)
        if (latitude is None) != (longitude is None):
            reader.refuse(
                "longitude" if longitude is None else "latitude",
                say("La latitud y la longitud van juntas."),
            )
        name = reader.text("name")
        owner_type = reader.choice("owner_type", OwnerType)
        phases = reader.several("phases", Phase, required=True)
        rurality = reader.one_of("rurality", RURALITIES)
        details = SchoolDetails(
            name=name,
            commune=reader.text("commune", required=False, longest=20) or None,
            owner_type=owner_type or OwnerType.OTHER,
            levels=phases,
            rural=None if not rurality else rurality == "rural",
            place=None if latitude is None or longitude is None else (latitude, longitude),
            enrolment=reader.whole("enrolment", low=0, high=100_000, required=False),
        )
        source = reader.text("source", longest=300)
        reader.check()
        return cls(details=details, source=source)


@dataclass(frozen=True, slots=True)
class ClosingForm:
    """A closure or a merger."""

    closed_on: date
    successor: str
    source: str

    @classmethod
    def from_request(cls, today: date) -> "ClosingForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        closed_on = reader.day("closed_on", latest=today)
        form = cls(
            closed_on=closed_on or today,
            successor=reader.text("successor", required=False, longest=20),
            source=reader.text("source", longest=300),
        )
        reader.check()
        return form


@dataclass(frozen=True, slots=True)
class NeedForm:
    """What a school needs on one element."""

    year: int
    element: Element
    level: int
    note: str

    @classmethod
    def from_request(cls, today: date) -> "NeedForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        element = reader.choice("element", Element)
        level = reader.whole("level", low=1, high=4)
        year = reader.whole("year", low=today.year - 10, high=today.year, default=today.year)
        note = reader.text("note", required=False, longest=1000)
        reader.check()
        return cls(
            year=year or today.year, element=element or Element.LEADERSHIP, level=level or 1, note=note
        )


@dataclass(frozen=True, slots=True)
class DiagnosisForm:
    """A diagnosis validated with the school."""

    validated_on: date
    validated_with: str
    objections: str

    @classmethod
    def from_request(cls, today: date) -> "DiagnosisForm":
        """Read the form.

        Raises
        ------
        InvalidInput
            With a sentence for each wrong field.
        """
        reader = FieldReader(request.form)
        validated_on = reader.day("validated_on", latest=today)
        validated_with = reader.text("validated_with")
        objections = reader.text("objections", required=False, longest=2000)
        reader.check()
        return cls(validated_on or today, validated_with, objections)
