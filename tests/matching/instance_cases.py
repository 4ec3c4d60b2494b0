"""Made-up instances and a brute-force oracle, shared by the tests of the assignment."""

from itertools import product

import numpy as np
from hypothesis import strategies as st

from matching.instances import Instance

NOBODY = None


def one_place(*scores: float, urgency: int = 1) -> dict:
    """Schools 1, 2, … compete for the one place of leader 9."""
    return {
        "schools": [{"id": n + 1, "urgency": urgency} for n in range(len(scores))],
        "leaders": [{"id": 9, "capacity": 1}],
        "pairs": [{"school": n + 1, "leader": 9, "score": s} for n, s in enumerate(scores)],
    }


@st.composite
def documents(draw: st.DrawFn, schools: int = 5, leaders: int = 4, rankings: bool = False) -> dict:
    """Small instances with few distinct scores, so that ties and negatives are common."""
    n, m = draw(st.integers(0, schools)), draw(st.integers(0, leaders))
    scores = st.sampled_from([-0.5, 0.0, 0.25, 0.3, 0.30000001, 0.5, 0.7, 1.0, 2.5])
    pairs = [
        {"school": i, "leader": f"L{j}", "score": draw(scores)}
        for i in range(n)
        for j in range(m)
        if draw(st.booleans())
    ]
    document: dict = {
        "schools": [{"id": i, "urgency": draw(st.integers(1, 3))} for i in range(n)],
        "leaders": [{"id": f"L{j}", "capacity": draw(st.integers(0, 2))} for j in range(m)],
        "pairs": pairs,
        "forbidden": [],
        "locked": [],
    }
    left = {entry["id"]: entry["capacity"] for entry in document["leaders"]}
    settled = set()
    for pair in pairs:
        fate = draw(st.integers(0, 9))
        school, leader = pair["school"], pair["leader"]
        if fate == 0:
            document["forbidden"].append([school, leader])
        elif fate == 1 and left[leader] and school not in settled:
            document["locked"].append([school, leader])
            left[leader] -= 1
            settled.add(school)
    if rankings:
        locked = {tuple(pair) for pair in document["locked"]}
        for side, key, partner in (("schools", "school", "leader"), ("leaders", "leader", "school")):
            for entry in document[side]:
                if draw(st.booleans()):
                    listed = [p[partner] for p in pairs if p[key] == entry["id"]]
                    ranking = draw(st.permutations(listed))
                    must = {
                        p[partner]
                        for p in pairs
                        if p[key] == entry["id"] and (p["school"], p["leader"]) in locked
                    }
                    entry["ranking"] = [x for x in ranking if x in must or draw(st.booleans())]
    return document


def allowed_pairs(document: dict) -> dict[tuple, float]:
    """Score of every pair that may be made, straight from the document."""
    forbidden = {tuple(pair) for pair in document["forbidden"]}
    ranked = {
        side: {e["id"]: set(e["ranking"]) for e in document[side] if "ranking" in e}
        for side in ("schools", "leaders")
    }
    return {
        (p["school"], p["leader"]): p["score"]
        for p in document["pairs"]
        if (p["school"], p["leader"]) not in forbidden
        and p["leader"] in ranked["schools"].get(p["school"], {p["leader"]})
        and p["school"] in ranked["leaders"].get(p["leader"], {p["school"]})
    }


def every_assignment(document: dict) -> list[dict]:
    """All assignments that keep the locks, the places and the allowed pairs."""
    scores = allowed_pairs(document)
    locked = dict(document["locked"])
    choices = []
    for school in (entry["id"] for entry in document["schools"]):
        mine = [leader for (i, leader) in scores if i == school]
        choices.append([locked[school]] if school in locked else [NOBODY, *mine])
    places = {entry["id"]: entry["capacity"] for entry in document["leaders"]}
    found = []
    for picks in product(*choices):
        if all(picks.count(leader) <= places[leader] for leader in places):
            found.append(
                {
                    entry["id"]: leader
                    for entry, leader in zip(document["schools"], picks, strict=True)
                    if leader is not NOBODY
                }
            )
    return found


def value(document: dict, assignment: dict) -> tuple:
    """Numbers matched by urgency, ascending, then the total rounded to a hair."""
    scores = allowed_pairs(document)
    urgency = {entry["id"]: entry["urgency"] for entry in document["schools"]}
    counts = [sum(urgency[i] == u for i in assignment) for u in sorted(set(urgency.values()))]
    return (*counts, round(sum(scores[pair] for pair in assignment.items()), 9))


def best_value(document: dict) -> tuple:
    """The best value over all assignments."""
    return max(value(document, assignment) for assignment in every_assignment(document))


def likes(document: dict, side: str, me: object, partner: object, score: float) -> tuple:
    """Where a partner stands with a school or leader; lower is better."""
    ranking = next(entry.get("ranking") for entry in document[side] if entry["id"] == me)
    return (ranking.index(partner),) if ranking is not None else (-score, partner)


def blocking(document: dict, made: dict) -> list[tuple]:
    """Pairs that would rather have each other, by the definition; locked pairs stand."""
    scores = allowed_pairs(document)
    locked = dict(document["locked"])
    places = {e["id"]: e["capacity"] - list(locked.values()).count(e["id"]) for e in document["leaders"]}

    def school_rank(i: object, j: object) -> tuple:
        return likes(document, "schools", i, j, scores[i, j])

    def leader_rank(i: object, j: object) -> tuple:
        return likes(document, "leaders", j, i, scores[i, j])

    found = []
    for i, j in sorted(scores):
        if made.get(i) == j or places[j] == 0 or i in locked:
            continue
        school_would = i not in made or school_rank(i, j) < school_rank(i, made[i])
        mates = [k for k, leader in made.items() if leader == j and k not in locked]
        leader_would = len(mates) < places[j] or any(leader_rank(i, j) < leader_rank(k, j) for k in mates)
        if school_would and leader_would:
            found.append((i, j))
    return found


def synthetic(
    schools: int, leaders: int, per_school: int, seed: int, decimals: int | None = None
) -> Instance:
    """A seeded instance of random pairs; scores have that many decimals if given."""
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), per_school)
    leader = np.concatenate([draw.permutation(leaders)[:per_school] for _ in range(schools)])
    score = draw.random(school.size)
    return Instance.from_arrays(
        np.arange(schools),
        draw.integers(1, 4, schools),
        np.arange(leaders),
        draw.integers(0, 4, leaders),
        school,
        leader,
        score if decimals is None else score.round(decimals),
    )
