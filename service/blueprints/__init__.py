"""Pages, a blueprint per noun: read the input, call one query or operation, pick the template."""

from service.blueprints import (
    account_entry,
    account_keeping,
    import_batches,
    imports,
    own_account,
    run_results,
    runs,
    second_factor,
)
from service.blueprints.accounts import bp as accounts
from service.blueprints.coordination import bp as coordination
from service.blueprints.leaders import bp as leaders
from service.blueprints.public import bp as public
from service.blueprints.schools import bp as schools

BLUEPRINTS = (public, accounts, schools, leaders, coordination)

__all__ = [
    "BLUEPRINTS",
    "account_entry",
    "account_keeping",
    "import_batches",
    "imports",
    "own_account",
    "run_results",
    "runs",
    "second_factor",
]
