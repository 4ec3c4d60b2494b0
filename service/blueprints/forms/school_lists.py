"""Schools written one a line by their number."""

from sqlalchemy.orm import Session

from service.errors import InvalidInput, MingaError
from service.models import School
from service.queries.schools import find_school
from service.text import say

LONGEST = 2_000


def read_schools(session: Session, name: str, text: str, system: str) -> list[School]:
    """The schools of a field, in its order.

    Raises
    ------
    InvalidInput
        A line is no number of a school; the sentence names it.
    """
    found = []
    for line in text[:LONGEST].replace(",", "\n").split("\n"):
        word = line.strip()
        if not word:
            continue
        number = word.split()[0].rpartition(":")[2]
        try:
            found.append(find_school(session, f"{system}:{number}"))
        except MingaError as error:
            reason = say("«%(line)s» no es el RBD de una escuela; escriba uno por línea.", line=word[:40])
            raise InvalidInput(reason, {name: reason}) from error
    return found
