"""Need by the lines of published programmes on the share of pupils at the standard."""

import numpy as np
import pytest

from matching.errors import EvidenceError, RuleError
from matching.need_evidence import CannotAssess
from matching.need_rules import VALUE_ADDED, need_rule
from matching.published_need import SharePanel, assess_shares
from matching.residuals import Area
from tests.matching.panels import official_shares

READING_34 = need_rule("ofip_34_reading")
READING_30 = need_rule("standard_30_reading")


def shares(rows, area=Area.READING):
    """A panel from ``(school, year, share, tested)``."""
    school, year, share, tested = (np.array(column) for column in zip(*rows, strict=True))
    return SharePanel(area=area, school=school, year=year, share=share.astype(float), tested=tested)


def test_ofip_takes_any_two_of_the_last_three_tests():
    # Made-up fixture of the published rule: fewer than 34 % in two of three.
    panel = shares(
        [
            (1, 2022, 0.33, 20), (1, 2023, 0.60, 20), (1, 2024, 0.10, 20),
            (2, 2022, 0.33, 20), (2, 2023, 0.34, 20), (2, 2024, 0.50, 20),
            (3, 2018, 0.05, 20), (3, 2022, 0.10, 20), (3, 2023, 0.70, 20), (3, 2024, 0.70, 20),
        ]
    )  # fmt: skip

    answer = assess_shares(READING_34, panel, 2024, [1, 2, 3])

    assert [(need.school, need.urgency) for need in answer.in_need] == [(1, 2)]
    assert [(piece.year, piece.holds) for piece in answer.in_need[0].evidence] == [
        (2022, True),
        (2023, False),
        (2024, True),
    ]
    assert answer.not_in_need == (2, 3)


def test_ofip_answers_only_what_a_missing_test_could_not_change():
    panel = shares(
        [
            (1, 2022, 0.10, 20), (1, 2023, 0.10, 20),
            (2, 2022, 0.10, 20), (2, 2023, 0.80, 20),
            (3, 2022, 0.80, 20), (3, 2023, 0.80, 20), (3, 2024, np.nan, 0),
            (4, 2022, 0.10, 20), (4, 2023, 0.80, 20), (4, 2024, 0.10, 3),
            (5, 2018, 0.10, 20), (5, 2024, 0.10, 4),
            (6, 2024, 0.90, 20),
        ]
    )  # fmt: skip

    answer = assess_shares(READING_34, panel, 2024, [1, 2, 3, 4, 5, 6, 7])

    assert answer.schools_in_need() == {1}
    assert answer.not_in_need == (3,)
    assert answer.cannot_assess == (
        (2, CannotAssess.TOO_FEW_TESTS),
        (4, CannotAssess.TOO_FEW_PUPILS),
        (5, CannotAssess.TOO_FEW_TESTS),
        (6, CannotAssess.TOO_FEW_TESTS),
        (7, CannotAssess.NO_RESULTS),
    )


def test_standard_30_includes_exactly_thirty_percent_of_enough_pupils():
    panel = shares([(1, 2024, 0.30, 20), (2, 2024, 0.301, 20), (3, 2024, 0.0, 4), (4, 2023, 0.1, 20)])

    answer = assess_shares(READING_30, panel, 2024, [1, 2, 3, 4])

    assert answer.schools_in_need() == {1}
    assert answer.not_in_need == (2,)
    assert answer.cannot_assess == ((3, CannotAssess.TOO_FEW_PUPILS), (4, CannotAssess.TOO_FEW_TESTS))
    assert assess_shares(READING_30, panel, 2023, [4]).schools_in_need() == {4}


def test_share_rules_refuse_another_subject_or_kind():
    panel = shares([(1, 2024, 0.3, 20)], area=Area.MATHEMATICS)

    with pytest.raises(RuleError):
        assess_shares(READING_30, panel, 2024, [1])
    with pytest.raises(RuleError):
        assess_shares(VALUE_ADDED, panel, 2024, [1])


def test_shares_refuse_a_percentage():
    with pytest.raises(EvidenceError, match="outside 0 to 1"):
        shares([(1, 2024, 30.0, 20)])
    with pytest.raises(EvidenceError, match="two rows"):
        shares([(1, 2024, 0.3, 20), (1, 2024, 0.4, 20)])


@pytest.mark.shared_data
@pytest.mark.parametrize(("area", "share"), [(Area.READING, 0.21), (Area.MATHEMATICS, 0.69)])
def test_standard_30_calls_most_schools_in_need_in_mathematics(shared_data, area, share):
    panel = official_shares(shared_data, "4b", 2024, area)

    answer = assess_shares(need_rule(f"standard_30_{area}"), panel, 2024, panel.school.tolist())

    assessed = len(answer.in_need) + len(answer.not_in_need)
    assert len(answer.in_need) / assessed == pytest.approx(share, abs=0.005)
