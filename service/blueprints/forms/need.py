"""The address of the list of need."""

from flask import request

from service.blueprints.forms.reader import FieldReader
from service.models.enums import OwnerKind, Phase
from service.queries.evidence import NeedStatus
from service.queries.listing import MAXIMUM_PAGE
from service.queries.need import SORTS, NeedFilters

LOWEST, HIGHEST = 5, 50
"""Per cent between which the threshold of the simulator moves."""


def need_filters() -> NeedFilters:
    """Read the address; what is not understood is left out."""
    reader = FieldReader(request.args)
    status = reader.choice("status", NeedStatus, required=False) or NeedStatus.IN_NEED
    return NeedFilters(
        status=status,
        q=reader.text("q", required=False)[:200],
        urgency=reader.whole("urgency", low=1, high=3, required=False),
        phase=reader.choice("phase", Phase, required=False),
        commune=reader.whole("commune", low=1, high=999_999_999, required=False),
        owner_kind=reader.one_of("owner_kind", [kind.value for kind in OwnerKind]),
        sort=reader.one_of("sort", SORTS, "urgency" if status is NeedStatus.IN_NEED else "name"),
        direction=reader.one_of("direction", ("asc", "desc"), "asc"),
        page=reader.whole("page", low=1, high=MAXIMUM_PAGE, required=False) or 1,
    )


def asked_threshold() -> int | None:
    """The threshold, in per cent, that the simulator is asked for."""
    return FieldReader(request.args).whole("threshold", low=LOWEST, high=HIGHEST, required=False)
