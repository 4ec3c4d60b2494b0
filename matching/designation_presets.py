"""Published versions of what is asked of a leader, and ours for Chile."""

from collections.abc import Mapping

from matching.designation import Asked, CriteriaVersion, Criterion

_NLE = "National Leaders of Education, England"
NLE_2009 = CriteriaVersion(
    name="nle",
    version="2009",
    source=f"{_NLE}, tranche 5 (2009). Value added above local and national; 0.8 is ours.",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=3.0),
        Criterion(asked=Asked.ABOVE_EXPECTED, threshold=0.8),
        Criterion(asked=Asked.NOT_IN_NEED),
        Criterion(asked=Asked.INSPECTION),
        Criterion(asked=Asked.LEADERSHIP),
        Criterion(asked=Asked.SUSTAINED),
    ),
)
NLE_2015 = CriteriaVersion(
    name="nle",
    version="2015",
    source=f"{_NLE}, tranches 18 and 19 (2015/16). Probabilities ours.",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=3.0),
        Criterion(asked=Asked.RECENT_TESTS, threshold=3.0),
        Criterion(asked=Asked.ABOVE_EXPECTED, threshold=0.8),
        Criterion(asked=Asked.NOT_IN_NEED),
        Criterion(asked=Asked.STAYS, threshold=2.0),
        Criterion(asked=Asked.INSPECTION),
        Criterion(asked=Asked.SUSTAINED),
        Criterion(asked=Asked.OWNER_SUPPORT),
        Criterion(asked=Asked.TEAM_CAPACITY),
    ),
)
NLE_2016 = CriteriaVersion(
    name="nle",
    version="2016",
    source=f"{_NLE}, 2016 to 2018. Probabilities ours.",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=3.0),
        Criterion(asked=Asked.RECENT_TESTS, threshold=3.0),
        Criterion(asked=Asked.NOT_IN_NEED),
        Criterion(asked=Asked.INSPECTION),
        Criterion(asked=Asked.SUSTAINED),
        Criterion(asked=Asked.SUPPORT_RECORD),
        Criterion(asked=Asked.OWNER_SUPPORT),
        Criterion(asked=Asked.TEAM_CAPACITY),
    ),
)
NLE_2022 = CriteriaVersion(
    name="nle",
    version="2022",
    source=f"{_NLE}, reform of 2022.",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=1.0),
        Criterion(asked=Asked.NOT_IN_NEED),
        Criterion(asked=Asked.TURNED_AROUND),
        Criterion(asked=Asked.NO_DECLINE),
    ),
)
LLE_2009 = CriteriaVersion(
    name="lle",
    version="2009",
    source="Local Leaders of Education, England (from 2009).",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=3.0),
        Criterion(asked=Asked.STAYS, threshold=2.0),
        Criterion(asked=Asked.LEADERSHIP),
    ),
)
MINGA_1 = CriteriaVersion(
    name="minga",
    version="1",
    source="Minga, for Chile: after the English programme, with value added instead of inspection. Ours.",
    criteria=(
        Criterion(asked=Asked.YEARS_IN_POST, threshold=3.0),
        Criterion(asked=Asked.NOT_IN_NEED),
        Criterion(asked=Asked.RECENT_TESTS, threshold=2.0),
        Criterion(asked=Asked.NOT_FALLING, threshold=0.8),
        Criterion(asked=Asked.ABOVE_EXPECTED, threshold=0.8),
        Criterion(asked=Asked.LEADERSHIP),
        Criterion(asked=Asked.TEAM_CAPACITY),
        Criterion(asked=Asked.STAYS, threshold=2.0, must=False),
    ),
)
PUBLISHED: Mapping[str, CriteriaVersion] = {
    one.key: one for one in (MINGA_1, NLE_2009, NLE_2015, NLE_2016, NLE_2022, LLE_2009)
}
"""Versions to begin from, by key."""
