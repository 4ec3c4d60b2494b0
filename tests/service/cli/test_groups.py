"""The command as a whole: how fast it starts, what it says when typed wrongly, which database it takes."""

import subprocess
import sys

import pytest
from click import Context

from service.cli import COMMANDS, main

HEAVY = ["numba", "numpy", "scipy", "sklearn", "ortools", "flask", "gunicorn", "sqlalchemy"]


def test_help_loads_neither_solver_nor_web_nor_database():
    code = (
        "import sys\nfrom service.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"


def test_accounts_need_no_solver():
    code = (
        "import sys\nimport service.cli.accounts\n"
        "print([name for name in ('numba', 'ortools', 'flask') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_is_there(name):
    command = main.get_command(Context(main), name)

    assert command is not None
    assert command.name == name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nope",), "minga: No such command 'nope'."),
        (("need", "--foo"), "minga: No such option '--foo'."),
        (("schools", "show"), "minga: Missing argument 'CODE'."),
        (("need", "--as-of", "abc"), "minga: Invalid value for '--as-of'"),
        (("match", "--leaders", "best"), "minga: Invalid value for '--leaders'"),
        (("need", "--rule", "mine"), "minga: rule: no rule 'mine'; there are: value_added"),
    ],
)
def test_what_is_typed_wrongly_is_one_line_and_exit_2(run, words, sentence):
    done = run(*words, "--json")

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(sentence)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nothing/minga.sqlite",
        "postgresql://nobody@127.0.0.1:1/nothing",
        "strange://x",
        "nonsense",
    ],
)
def test_database_that_does_not_answer_is_one_line_and_exit_2(run, monkeypatch, url):
    monkeypatch.setenv("MINGA_DATABASE_URL", url)

    done = run("need", "--as-of", 2024, "--json")

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith("minga: The database does not answer: ")


def test_file_that_is_no_database_is_one_line_and_exit_2(run, tmp_path):
    (tmp_path / "minga.sqlite").write_bytes(b"not a database at all" * 100)

    done = run("need", "--as-of", 2024)

    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("need",), 2),
        (("leaders", "suggest"), 2),
        (("match", "--territory", "all"), 2),
        (("value-added", "--test", "4b"), 2),
        (("similar", "--as-of", "2024", "--csv", "similar.csv"), 3),
        (("schools", "show", "10001"), 3),
        (("why", "1", "2"), 3),
        (("publish", "1"), 3),
        (("demo", "accounts"), 3),
        (("demo", "--schools", "3"), 2),
        (("db", "upgrade"), 0),
    ],
)
def test_on_an_empty_database(run, words, code):
    done = run(*words, "--json")

    assert done.exit_code == code
    assert (done.stdout == "") == (code != 0)
    if code:
        assert done.stderr.splitlines()[-1].startswith("minga: ")


def test_password_is_asked_for_beside_the_document(run):
    done = run("user", "add", "a@b.cl", "--name", "A", "--role", "ministry", "--json")

    assert (done.exit_code, done.stdout) == (1, "")
