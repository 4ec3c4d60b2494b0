"""Pages, a blueprint per noun: read the input, call one query or operation, pick the template."""

from service.blueprints import (
    account_entry,
    account_keeping,
    assessors,
    attention,
    comparators,
    criteria,
    disputes,
    elsewhere,
    import_batches,
    imports,
    leader_life,
    mail,
    network_pages,
    own_account,
    own_leader,
    partnership_follow,
    partnership_plan,
    rankings,
    run_publishing,
    run_results,
    run_studies,
    runs,
    school_calendar,
    school_editing,
    second_factor,
    visit_records,
    visit_sheets,
)
from service.blueprints.accounts import bp as accounts
from service.blueprints.assessments import bp as assessments
from service.blueprints.calendars import bp as calendars
from service.blueprints.coordination import bp as coordination
from service.blueprints.evidence import bp as evidence
from service.blueprints.leaders import bp as leaders
from service.blueprints.networks import bp as networks
from service.blueprints.partnerships import bp as partnerships
from service.blueprints.proposals import bp as proposals
from service.blueprints.public import bp as public
from service.blueprints.questionnaires import bp as questionnaires
from service.blueprints.requests import bp as requests
from service.blueprints.schools import bp as schools
from service.blueprints.support import bp as support
from service.blueprints.surveys import bp as surveys
from service.blueprints.visits import bp as visits

BLUEPRINTS = (
    public,
    accounts,
    schools,
    leaders,
    assessments,
    requests,
    proposals,
    support,
    partnerships,
    surveys,
    networks,
    questionnaires,
    visits,
    calendars,
    coordination,
    evidence,
)

__all__ = [
    "BLUEPRINTS",
    "account_entry",
    "account_keeping",
    "assessors",
    "attention",
    "comparators",
    "criteria",
    "disputes",
    "elsewhere",
    "import_batches",
    "imports",
    "leader_life",
    "mail",
    "network_pages",
    "own_account",
    "own_leader",
    "partnership_follow",
    "partnership_plan",
    "rankings",
    "run_publishing",
    "run_results",
    "run_studies",
    "runs",
    "school_calendar",
    "school_editing",
    "second_factor",
    "visit_records",
    "visit_sheets",
]
