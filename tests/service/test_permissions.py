"""Each role may do what its line says, within its territory and not beyond."""

import pytest

from service.errors import NotAllowed
from service.models.enums import Role
from service.permissions import NOBODY, OPERATOR, ROLES_FOR, Action, Actor, Place, Scope, can, require

HERE = Place(service_id=1, owner_id=7, school_id=100)
ELSEWHERE = Place(service_id=2, owner_id=8, school_id=200)


def _actor(scope: Scope) -> Actor:
    return Actor(account_id=1, name="x", scopes=(scope,))


COORDINATOR = _actor(Scope(Role.COORDINATOR, service_id=1))
OWNER_COORDINATOR = _actor(Scope(Role.COORDINATOR, owner_id=7))
MINISTRY = _actor(Scope(Role.MINISTRY))
DIRECTOR = _actor(Scope(Role.DIRECTOR, school_id=100))


@pytest.mark.parametrize("action", list(Action))
def test_nobody_may_do_anything(action: Action) -> None:
    assert not can(NOBODY, action)
    assert not can(NOBODY, action, HERE)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_names_its_roles(action: Action) -> None:
    assert ROLES_FOR[action]
    assert can(OPERATOR, action, ELSEWHERE)


@pytest.mark.parametrize("action", [a for a in Action if Role.COORDINATOR in ROLES_FOR[a]])
@pytest.mark.parametrize("actor", [COORDINATOR, OWNER_COORDINATOR])
def test_a_coordinator_acts_at_home_only(actor: Actor, action: Action) -> None:
    assert can(actor, action, HERE)
    assert not can(actor, action, ELSEWHERE)


def test_the_ministry_sees_every_territory_and_edits_none() -> None:
    assert can(MINISTRY, Action.SEE_RUNS, HERE)
    assert can(MINISTRY, Action.SEE_RUNS, ELSEWHERE)
    assert not can(MINISTRY, Action.EDIT_SCHOOL, HERE)
    assert not can(MINISTRY, Action.PUBLISH, HERE)


def test_a_director_sees_schools_but_no_need_of_others() -> None:
    assert can(DIRECTOR, Action.SEE_SCHOOLS)
    assert not can(DIRECTOR, Action.SEE_NEED, HERE)


def test_a_refusal_says_whom_to_ask() -> None:
    with pytest.raises(NotAllowed, match="coordinación"):
        require(DIRECTOR, Action.RUN_MATCHING, HERE)
