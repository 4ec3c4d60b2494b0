"""What the public page counts: never fewer than ten, nor fewer than ten by subtraction."""

from sqlalchemy import delete

from service.db import Database
from service.models import Result
from service.queries.public import public_figures
from tests.service.small_country import FIRST, make_country


def test_a_count_that_would_give_away_a_single_school_is_not_shown(database: Database) -> None:
    with database.transaction() as session:
        made = make_country(session)
        figures = public_figures(session)
        assert (figures.schools, figures.schools_with_results) == (61, None)

        without = [made.schools[code] for code in range(FIRST, FIRST + 15)]
        session.execute(delete(Result).where(Result.school_id.in_(without)))
        figures = public_figures(session)
        assert (figures.schools, figures.schools_with_results) == (61, 45)
