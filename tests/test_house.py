"""The rules of the house: what no file may hold, and what the documents must tell."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
BINARY = {".png", ".ico", ".gz", ".xlsx", ".woff", ".woff2", ".jpg", ".pdf"}
# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a registry's address": "|".join(
        [
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            r"registry\.npm" + r"js\.org",
            r"registry\.yarn" + "pkg",
        ]
    ),
    "a path of one machine": r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "fa" + "rm"]) + r")/\w",
    "a word about how it was made": r"(?i)\b(?:"
    + "|".join(["cl" + "aude", "anth" + "ropic", "chat" + "gpt", "sub" + "agent", "co-auth" + "ored-by"])
    + r")\b",
    "unfinished work": r"\b(?:"
    + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"])
    + r")\b|Not"
    + "ImplementedError",
}
PURE = {
    "matching": {"numba", "numpy", "scipy", "sklearn", "ortools"},
    "network": {"numpy", "networkx", "rustworkx", "scipy"},
}


def tracked_files() -> list[Path]:
    """Every file of the project: those under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: the project's files cannot be told from others")
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return [path for name in names if (path := ROOT / name).is_file() and path.suffix not in BINARY]


def texts(*suffixes: str) -> dict[str, str]:
    """The project's files as text, by name; all of them, or those with one of these endings."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked_files()
        if not suffixes or path.suffix in suffixes
    }


def imported_packages(source: str) -> set[str]:
    """Names of the top-level packages a file imports by absolute name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def canonical(name: str) -> str:
    """A distribution's name as package indexes compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """Distributions that pyproject.toml asks for, with these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {canonical(re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0]) for line in wanted}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]

    assert found == []


def test_locked_requirements_are_hashed_and_complete() -> None:
    for name, extras in (("requirements.txt", ()), ("requirements-dev.txt", ("dev",))):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([a-z0-9][\w.-]*)==\S+.*\\\n    --hash=sha256:", text, flags=re.MULTILINE)
        loose = [line for line in text.splitlines() if "://" in line or line.startswith("-")]

        assert declared(*extras) - {canonical(pin) for pin in pins} == set(), name
        assert loose == [], name


def test_front_end_lock_holds_no_address() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock


def test_every_import_is_a_declared_dependency() -> None:
    distributions = packages_distributions()
    own = {"bench", "matching", "network", "service", "tests", "wsgi"}
    undeclared = []
    for name, source in texts(".py").items():
        shipped = name.startswith(("matching/", "network/", "service/", "wsgi.py"))
        # Extras of the product are imported only where the command that needs them says so.
        allowed = declared("report", "dask") if shipped else declared("dev")
        # What Flask and Flask-WTF stand on, and are made to be used together with.
        allowed |= {"werkzeug", "jinja2", "markupsafe", "itsdangerous", "wtforms", "babel"}
        for package in sorted(imported_packages(source) - own - set(sys.stdlib_module_names)):
            if not {canonical(owner) for owner in distributions.get(package, [package])} & allowed:
                undeclared.append(f"{name}: {package}")

    assert undeclared == []


def test_every_declared_dependency_is_used() -> None:
    distributions = packages_distributions()
    used = {"psycopg"}  # named in the database's address, imported by SQLAlchemy
    for name, source in texts(".py").items():
        if name.startswith(("matching/", "network/", "service/", "wsgi.py")):
            for package in imported_packages(source):
                used |= {canonical(owner) for owner in distributions.get(package, [])}

    assert sorted(declared() - used) == []


@pytest.mark.parametrize("library", PURE)
def test_pure_library_imports_only_mathematics(library: str) -> None:
    allowed = PURE[library] | set(sys.stdlib_module_names) | {library}
    strangers = {
        name: sorted(imported_packages(source) - allowed)
        for name, source in texts(".py").items()
        if name.startswith(f"{library}/")
    }

    assert {name: found for name, found in strangers.items() if found} == {}


def test_readme_has_the_two_commands_and_every_make_target() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.MULTILINE))

    assert re.search(r"^make run\b.*\nmake test\b", readme, flags=re.MULTILINE)
    assert {target for target in targets if f"| `make {target}` |" not in readme} == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = []
    for name, text in texts(".md").items():
        for target in re.findall(r"\]\(([^)#\s]+)", text):
            if "://" not in target and not (ROOT / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")

    assert broken == []


def test_every_setting_is_documented() -> None:
    documented = set(
        re.findall(r"^\| `(MINGA_[A-Z_]+)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
    )
    read = set()
    for name, text in texts().items():
        if name.endswith((".py", "Makefile", ".ci/run")) and name != "tests/test_house.py":
            read |= set(re.findall(r"\bMINGA_[A-Z_]+\b", text))

    assert sorted(read) == sorted(documented)


def test_translations_keep_the_placeholders() -> None:
    path = ROOT / "service/translations/en/LC_MESSAGES/messages.po"
    with path.open("rb") as handle:
        catalogue = read_po(handle, locale="en")
    faults = [str(error) for message, errors in catalogue.check() for error in errors]
    unsure = [message.id for message in catalogue if message.id and message.fuzzy]

    assert (faults, unsure) == ([], [])
