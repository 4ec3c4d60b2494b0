"""The same files in another order give the same run, to the last figure."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.cli import main
from service.demo import Written, generate, write


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(generate(seed=3, schools=150, years=4), tmp_path_factory.mktemp("country"))


def imports_of(written: Written) -> list[tuple[str, list[Path]]]:
    directories = [path for _, path in written.directories]
    return [
        *(("cl-directory", [path]) for path in directories),
        ("cl-slep", [written.services]),
        *(("cl-simce", [path]) for path in written.results),
        *(("cl-ive", [path]) for path in written.vulnerability),
        ("leaders", [written.leaders]),
        ("needs", [written.needs]),
    ]


def filled(folder: Path, imports: list[tuple[str, list[Path]]]) -> dict[str, str]:
    folder.mkdir()
    settings = {"MINGA_INSTANCE": str(folder), "MINGA_DATABASE_URL": f"sqlite:///{folder}/minga.sqlite"}
    for source, files in imports:
        done = CliRunner().invoke(main, ["import", source, *map(str, files), "--json"], env=settings)
        assert done.exit_code == 0, done.stderr
    return settings


def matched(settings: dict[str, str], leaders: str) -> dict:
    words = ["match", "--territory", "all", "--as-of", "2024", "--leaders", leaders, "--json"]
    done = CliRunner().invoke(main, words, env=settings)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_order_of_files_changes_nothing(written: Written, tmp_path: Path) -> None:
    imports = imports_of(written)
    directories = [one for one in imports if one[0] == "cl-directory"]
    services = [one for one in imports if one[0] == "cl-slep"]
    others = [one for one in imports if one[0] not in ("cl-directory", "cl-slep")]
    first = filled(tmp_path / "first", imports)
    second = filled(tmp_path / "second", directories + others[::-1] + services)

    for leaders in ("suggested", "designated"):
        one, other = matched(first, leaders), matched(second, leaders)
        assert one["matched"] > 0
        assert one["input_hash"] == other["input_hash"]
        assert [(p["school"], p["leader_school"], p["score"]) for p in one["pairs"]] == [
            (p["school"], p["leader_school"], p["score"]) for p in other["pairs"]
        ]
