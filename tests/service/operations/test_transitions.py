"""The tables of transitions hold what the design lists, and are drawn in the documentation."""

from pathlib import Path

import pytest

from service.errors import Conflict, NotAllowed
from service.lifecycles import LIFECYCLES, PARTNERSHIP, PROPOSAL, Lifecycle, Party, diagram, transition
from service.models.enums import ProposalState
from service.models.states import PartnershipState

STATES = Path(__file__).parents[3] / "docs" / "states.md"


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda one: one.noun)
def test_the_documentation_draws_each_lifecycle_as_it_is(lifecycle: Lifecycle) -> None:
    assert f"```mermaid\n{diagram(lifecycle)}\n```" in STATES.read_text(encoding="utf-8")


def test_nothing_skips_setting_up() -> None:
    ways_out = {one.target for one in PARTNERSHIP.transitions if PartnershipState.SETUP in one.sources}

    assert ways_out == {PartnershipState.TRIAL, PartnershipState.PAUSED, PartnershipState.STOPPED}


def test_only_the_leader_accepts_an_offer() -> None:
    with pytest.raises(NotAllowed):
        transition(PROPOSAL, "accept", ProposalState.OFFERED, {Party.COORDINATION, Party.SUPPORTED})


def test_a_change_from_another_state_is_a_conflict() -> None:
    with pytest.raises(Conflict) as refusal:
        transition(PROPOSAL, "accept", ProposalState.EXPIRED, {Party.SUPPORTING})

    assert refusal.value.code == "state_changed"
