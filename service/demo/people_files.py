"""Leaders and needs in the project's own CSV, and the list of people who can sign in."""

import json
from pathlib import Path

from service.demo.country import Country
from service.demo.rows import write_rows

LEADERS = (
    "school", "name", "email", "in_post_since", "status", "capacity", "elements", "languages", "online",
    "max_km",
    "consent_on", "owner_consent_on", "trained_on",
)  # fmt: skip
NEEDS = ("school", "year", "element", "level", "note")


def write_leaders(country: Country, path: Path) -> None:
    """Write the leaders; strengths as ``element:level``, several in a cell parted by ``|``."""
    write_rows(
        path,
        LEADERS,
        (
            (
                country.schools[leader.school].number,
                leader.name,
                leader.email,
                leader.in_post_since.isoformat(),
                leader.status,
                leader.capacity,
                "|".join(f"{element}:{level}" for element, level in leader.strengths),
                "|".join(leader.languages),
                "yes" if leader.online else "no",
                leader.max_km,
                leader.consent_on,
                leader.consent_on,
                leader.trained_on,
            )
            for leader in country.leaders
        ),
    )


def write_needs(country: Country, path: Path) -> None:
    """Write what schools need, element by element."""
    write_rows(
        path,
        NEEDS,
        (
            (country.schools[need.school].number, need.year, need.element, need.level, need.note)
            for need in country.needs
        ),
    )


def write_people(country: Country, path: Path) -> None:
    """Write who signs in, without passwords: they are made when the country is imported."""
    people = [
        {
            "role": person.role,
            "name": person.name,
            "email": person.email,
            "territory": person.territory,
            "school": None if person.school is None else country.schools[person.school].number,
        }
        for person in country.people
    ]
    text = json.dumps(people, ensure_ascii=False, indent=1)
    path.write_bytes((text + "\n").encode("utf-8"))
