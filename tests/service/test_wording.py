"""Every state and code that a page may meet has its words."""

from enum import StrEnum

import pytest

from matching.eligibility import Refusal
from matching.features import Feature
from matching.need_evidence import CannotAssess
from matching.need_rules import NEED_RULES
from matching.presets import PRESETS
from matching.residuals import Area
from matching.weights import EXPERT_REASONS
from service.models.enums import (
    AbsenceReason,
    Element,
    IndicatorKind,
    LeaderStatus,
    OwnerKind,
    OwnerType,
    Phase,
    SchoolStatus,
    Subject,
)
from service.models.states import (
    AttendanceRole,
    CalendarDayKind,
    ExchangeKind,
    Side,
    VisitDirection,
    VisitMode,
    VisitState,
)
from service.queries.evidence import NeedStatus
from service.systems import SYSTEMS
from service.wording import WORDS

NOUNS: dict[str, type[StrEnum]] = {
    "school_status": SchoolStatus,
    "phase": Phase,
    "owner_type": OwnerType,
    "owner_kind": OwnerKind,
    "subject": Subject,
    "area": Area,
    "absence": AbsenceReason,
    "indicator": IndicatorKind,
    "feature": Feature,
    "need_status": NeedStatus,
    "element": Element,
    "leader_status": LeaderStatus,
    "criterion": Refusal,
    "visit_state": VisitState,
    "visit_kind": ExchangeKind,
    "visit_direction": VisitDirection,
    "visit_mode": VisitMode,
    "visit_side": Side,
    "attendance_role": AttendanceRole,
    "calendar_day_kind": CalendarDayKind,
}


@pytest.mark.parametrize("noun", NOUNS)
def test_every_value_has_words(noun):
    assert set(WORDS[noun]) == {member.value for member in NOUNS[noun]}


def test_codes_that_are_no_enum_have_words_too():
    assert {reason.value for reason in CannotAssess} | {"no_test"} == set(WORDS["cannot_assess"])
    assert set(NEED_RULES) == set(WORDS["rule"]) == set(WORDS["rule_source"])
    assert set(PRESETS) == set(WORDS["preset"])
    assert {str(feature) for feature in EXPERT_REASONS} == set(WORDS["expert_reason"])
    assert {test for system in SYSTEMS.values() for test in system.tests.values()} == set(WORDS["test"])
