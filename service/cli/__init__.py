"""The ``minga`` command; a file per noun."""

import click

from service.cli.groups import MingaGroup

COMMANDS = {
    "db": ("service.cli.running:db_group", "Keep the database."),
    "demo": ("service.cli.demo:demo_group", "Make a synthetic country and import it, to try Minga."),
    "import": ("service.cli.imports:import_command", "Bring in official files or our own."),
    "impact": ("service.cli.impact:impact_group", "Tell what support changed."),
    "leaders": ("service.cli.evidence:leaders_group", "Who could support others."),
    "mail": ("service.cli.mail:mail_group", "Keep the mail."),
    "match": ("service.cli.matching:match_command", "Match the schools in need of a territory with leaders."),
    "need": ("service.cli.evidence:need_group", "Tell which schools need support, by a rule."),
    "network": ("service.cli.network:network_group", "Measure a graph of who is tied to whom."),
    "publish": ("service.cli.matching:publish_command", "Publish the proposals of a run."),
    "replay": ("service.cli.matching:replay_command", "Repeat a past run and compare."),
    "report": ("service.cli.report:report_group", "Write documents that stand alone."),
    "schools": ("service.cli.schools:schools_group", "What is known about a school, and who is like it."),
    "serve": ("service.cli.running:serve_command", "Serve the pages, with the worker beside them."),
    "similar": ("service.cli.schools:similar_command", "Write the most similar schools of every school."),
    "solve": ("service.cli.solving:solve_command", "Solve an instance of schools, leaders and pairs."),
    "study": ("service.cli.study:study_command", "Tell how often the intervals of impact hold the truth."),
    "trajectories": ("service.cli.trajectories:trajectories_group", "Tell how results move over years."),
    "user": ("service.cli.accounts:user_group", "Keep the accounts."),
    "value-added": ("service.cli.evidence:value_added_command", "Tell each school's value added."),
    "why": ("service.cli.matching:why_command", "Tell why a pair was made, or not."),
    "worker": ("service.cli.running:worker_command", "Do the long work: runs that wait, evidence."),
}


@click.group(cls=MingaGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="minga", prog_name="minga")
def main() -> None:
    """Find a struggling school a peer, help the two work together, and see whether it does any good."""
