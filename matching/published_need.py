"""Need by the lines of published programmes: shares of pupils at the standard.

Such a line is plain and takes no account of context or chance: a small school passes it
by luck, and on Chile's "adecuado" most schools lie below it in mathematics. It is there
because services know it; the default is :data:`matching.need_rules.VALUE_ADDED`.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from matching.arrays import FloatArray, IntArray
from matching.errors import EvidenceError, RuleError
from matching.need_evidence import Evidence, Metric, NeedAssessment, SchoolInNeed, reason_unassessed
from matching.need_rules import NeedRule, RuleKind
from matching.residuals import Area


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharePanel:
    """Shares of pupils at the standard in one subject: a row a school-year.

    Parameters
    ----------
    area : Area
        The subject.
    school, year : ndarray of int
    share : ndarray of float
        In [0, 1]; NaN where not published.
    tested : ndarray of float
        Pupils tested in the subject; NaN if unknown.

    Raises
    ------
    EvidenceError
        Columns differ in length, a school has two rows in a year, or a share lies
        outside [0, 1].
    """

    area: Area
    school: IntArray
    year: IntArray
    share: FloatArray
    tested: FloatArray

    def __post_init__(self) -> None:
        columns = [self.school, self.year, self.share, self.tested]
        if any(column.shape != (self.school.size,) for column in columns):
            raise EvidenceError("columns differ in length", "shares")
        if np.unique(np.stack(columns[:2]), axis=1).shape[1] != self.school.size:
            raise EvidenceError("a school has two rows in one year", "shares")
        if np.any((self.share < 0) | (self.share > 1)):
            raise EvidenceError("a share lies outside 0 to 1", "shares")


def assess_shares(rule: NeedRule, panel: SharePanel, as_of: int, schools: Collection[int]) -> NeedAssessment:
    """Apply a share rule to the schools asked about.

    Parameters
    ----------
    rule : NeedRule
        Of kind ``share``, for the panel's subject.
    panel : SharePanel
        Of all schools, so that the tests held are known.
    as_of : int
        Later years are not looked at.
    schools : collection of int

    Returns
    -------
    NeedAssessment
        Urgency is 2 throughout: a raw share does not tell how urgent a need is.

    Raises
    ------
    RuleError
        The rule is of another kind or names another subject.

    Notes
    -----
    "The last three years" are the last three tests held. A school with a test missing
    is in need if the others suffice, not in need if the missing one could not change
    the answer, and cannot be assessed otherwise.

    Examples
    --------
    >>> from matching.need_rules import need_rule
    >>> panel = SharePanel(
    ...     area=Area.READING, school=np.array([1, 1, 1, 2, 2, 2]),
    ...     year=np.array([2022, 2023, 2024] * 2),
    ...     share=np.array([0.33, 0.50, 0.20, 0.34, 0.20, 0.40]), tested=np.full(6, 30.0))
    >>> answer = assess_shares(need_rule("ofip_34_reading"), panel, 2024, [1, 2])
    >>> [need.school for need in answer.in_need], answer.not_in_need
    ([1], (2,))
    """
    if rule.kind is not RuleKind.SHARE or rule.area is not panel.area:
        raise RuleError(f"does not speak of shares in {panel.area}", rule.name)
    known = panel.year <= as_of
    scored = np.isfinite(panel.share) & (panel.tested >= rule.minimum_n)
    small = (panel.tested > 0) & (panel.tested < rule.minimum_n)
    tests = np.unique(panel.year[known & np.isfinite(panel.share)])[-rule.window :]
    window = tests.size if tests.size >= rule.required else rule.window
    rows_of: dict[int, list[int]] = {}
    for row in np.lexsort((panel.year, panel.school)):
        if known[row]:
            rows_of.setdefault(int(panel.school[row]), []).append(int(row))
    in_need, fine, no_answer = [], [], []
    for school in sorted({int(one) for one in schools}):
        rows = rows_of.get(school, [])
        held = [row for row in rows if scored[row] and panel.year[row] in tests]
        under = [row for row in held if _is_under(rule, float(panel.share[row]))]
        missing = window - len(held)
        if len(under) >= rule.required:
            evidence = tuple(_share_evidence(rule, panel, row) for row in held)
            in_need.append(SchoolInNeed(school=school, urgency=2, evidence=evidence))
        elif held and len(under) + missing < rule.required:
            fine.append(school)
        else:
            few = sum(bool(small[row]) for row in rows if panel.year[row] in tests)
            ever = any(bool(scored[row]) for row in rows)
            no_answer.append((school, reason_unassessed(len(held), few, ever, rule.required)))
    return NeedAssessment(
        rule=rule,
        as_of=as_of,
        in_need=tuple(in_need),
        not_in_need=tuple(fine),
        cannot_assess=tuple(no_answer),
    )


def _is_under(rule: NeedRule, share: float) -> bool:
    return share <= rule.threshold if rule.inclusive else share < rule.threshold


def _share_evidence(rule: NeedRule, panel: SharePanel, row: int) -> Evidence:
    share = float(panel.share[row])
    return Evidence(
        metric=Metric.SHARE_AT_STANDARD,
        area=panel.area,
        year=int(panel.year[row]),
        value=share,
        threshold=rule.threshold,
        n=float(panel.tested[row]),
        holds=_is_under(rule, share),
    )
