"""Networks that propose themselves: from shared need, likeness and distance."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from network.errors import GraphError
from network.peer_records import MoveCost, PeerNetwork, PeerPlan, PeerReason, PeerSchool, PeerSettings
from network.peer_search import LACKING, balanced_sizes, choose, search
from network.peer_terms import IntArray, PeerTerms, peer_terms


def propose_networks(schools: Iterable[PeerSchool], settings: PeerSettings | None = None) -> PeerPlan:
    """Form networks of schools that share a need, are alike and near, each with strength inside it.

    Parameters
    ----------
    schools : iterable of PeerSchool
        In any order: the answer is the same.
    settings : PeerSettings, optional

    Returns
    -------
    PeerPlan
        Every school is in one network or has a reason why not; sizes differ by one at most and keep the
        limits exactly.

    Raises
    ------
    GraphError
        As :func:`network.peer_terms.peer_terms`.

    Notes
    -----
    Cost of a school in a network: need not shared (0 if it needs the theme or is strong in it, 1 if not),
    context distance and way to the school in the middle, each weighted. See
    :func:`network.peer_search.search`.

    Examples
    --------
    >>> east = [PeerSchool(id=n, needs=("trust",), latitude=-33, longitude=-70) for n in range(5)]
    >>> west = [PeerSchool(id=n, needs=("focus",), latitude=-33, longitude=-71) for n in range(5, 10)]
    >>> [network.theme for network in propose_networks(east + west, PeerSettings(target=5)).networks]
    ['trust', 'focus']
    """
    chosen = settings or PeerSettings()
    listed = sorted(schools, key=lambda school: school.id)
    if not listed:
        return PeerPlan((), {}, 0.0)
    terms = peer_terms(listed, chosen)
    sizes = balanced_sizes(len(listed), least=chosen.least, most=chosen.most, target=chosen.target)
    label = search(terms, sizes, chosen.seed)
    why = "sizes" if sizes.networks else "too_few"
    return _plan(listed, terms, label, dict.fromkeys(np.flatnonzero(label < 0).tolist(), why))


def weigh_networks(
    schools: Iterable[PeerSchool],
    groups: Sequence[Collection[int]],
    settings: PeerSettings | None = None,
    *,
    unplaced: str = "left_out",
) -> PeerPlan:
    """Describe networks as somebody put them together: theme, middle, cost and reasons of each.

    Parameters
    ----------
    schools : iterable of PeerSchool
    groups : sequence of collections of int
        Ids; whoever is in none is ``unplaced``.
    settings : PeerSettings, optional
    unplaced : str
        The reason to give for those.

    Raises
    ------
    GraphError
        A school is in two networks, or not among the schools; a network is empty.
    """
    chosen = settings or PeerSettings()
    listed = sorted(schools, key=lambda school: school.id)
    place = {school.id: number for number, school in enumerate(listed)}
    label = np.full(len(listed), -1, dtype=np.int64)
    for number, group in enumerate(groups):
        if not group:
            raise GraphError("a network without schools is none; leave it out")
        for school in group:
            if school not in place:
                raise GraphError(f"school {school} is not among the schools")
            if label[place[school]] >= 0:
                raise GraphError(f"school {school} is in two networks; keep it in one")
            label[place[school]] = number
    terms = peer_terms(listed, chosen)
    return _plan(listed, terms, label, dict.fromkeys(np.flatnonzero(label < 0).tolist(), unplaced))


def cost_of_move(
    schools: Iterable[PeerSchool], plan: PeerPlan, school: int, to: int, settings: PeerSettings | None = None
) -> MoveCost:
    """Tell what moving a school to another network of a plan would cost.

    Parameters
    ----------
    schools : iterable of PeerSchool
    plan : PeerPlan
    school : int
        Its id; in a network or in none.
    to : int
        Place of the network in ``plan.networks``.
    settings : PeerSettings, optional

    Raises
    ------
    GraphError
        The school or the network is not in the plan, or the school is in that network already.
    """
    chosen = settings or PeerSettings()
    if not 0 <= to < len(plan.networks):
        raise GraphError(f"the plan has no network {to}")
    old = next((n for n, one in enumerate(plan.networks) if school in one.members), None)
    if old == to:
        raise GraphError(f"school {school} is in that network already")
    if old is None and school not in plan.unplaced:
        raise GraphError(f"school {school} is not in the plan")
    groups = [set(one.members) - {school} for one in plan.networks]
    groups[to].add(school)
    after = weigh_networks(schools, [group for group in groups if group], chosen)
    left = None if old is None else groups[old]
    was_strong = old is not None and bool(plan.networks[old].strong)
    remaining = next((one for one in after.networks if left and set(one.members) == left), None)
    return MoveCost(
        change=after.total - plan.total,
        too_small=left is not None and len(left) < chosen.least,
        too_large=len(groups[to]) > chosen.most,
        loses_strength=was_strong and (remaining is None or not remaining.strong),
        plan=after,
    )


def _plan(
    schools: Sequence[PeerSchool], terms: PeerTerms, label: IntArray, unplaced: dict[int, str]
) -> PeerPlan:
    found = [
        _network(schools, terms, np.flatnonzero(label == number)) for number in np.unique(label[label >= 0])
    ]
    networks = tuple(sorted(found, key=lambda network: network.members))
    total = sum(network.cost for network in networks)
    return PeerPlan(networks, {schools[place].id: why for place, why in unplaced.items()}, total)


def _network(schools: Sequence[PeerSchool], terms: PeerTerms, members: IntArray) -> PeerNetwork:
    middle, theme, cost = choose(terms, members)
    themed = theme < len(terms.themes)
    strong = members[terms.strong[members, theme]] if themed else members[:0]
    if themed and not len(strong):
        cost -= LACKING
    likeness, km = terms.likeness[middle, members], terms.km[middle, members]
    others = members != middle
    reasons = []
    if themed:
        reasons.append(PeerReason("shared_need", float(terms.needs[members, theme].sum())))
        reasons.append(
            PeerReason("strength_inside", float(len(strong)))
            if len(strong)
            else PeerReason("no_strength_inside", 0.0)
        )
    else:
        reasons.append(PeerReason("no_known_need", 0.0))
    for code, values, fold in (("alike", likeness, np.nanmean), ("near", km, np.nanmax)):
        unknown = int(np.isnan(values[others]).sum())
        if unknown < others.sum():
            reasons.append(PeerReason(code, float(fold(values[others]))))
        if unknown:
            lacking = "contexts_unknown" if code == "alike" else "places_unknown"
            reasons.append(PeerReason(lacking, float(unknown)))
    return PeerNetwork(
        members=tuple(schools[place].id for place in members.tolist()),
        middle=schools[middle].id,
        theme=terms.themes[theme] if themed else None,
        strong=tuple(schools[place].id for place in strong.tolist()),
        cost=cost,
        reasons=tuple(reasons),
    )
