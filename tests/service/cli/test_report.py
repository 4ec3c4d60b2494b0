"""``minga report programme``: one command, the same data the same bytes."""

import os
from importlib import import_module
from pathlib import Path

import pytest

from tests.service.cli.conftest import Minga


@pytest.fixture(scope="module")
def pdf_library() -> None:
    """WeasyPrint with its system library; needed where ``MINGA_REQUIRE_PDF`` says so."""
    try:
        import_module("weasyprint")
    except (ImportError, OSError):
        if os.environ.get("MINGA_REQUIRE_PDF") == "1":
            raise
        pytest.skip("WeasyPrint or Pango is not installed")


def test_the_report_is_the_same_byte_by_byte_and_ends_with_the_method(demo: Minga, tmp_path: Path) -> None:
    first, second = tmp_path / "one.html", tmp_path / "two.html"
    assert demo("report", "programme", first).exit_code == 0
    assert demo("report", "programme", second).exit_code == 0

    text = first.read_text(encoding="utf-8")
    assert first.read_bytes() == second.read_bytes()
    assert "¿Funciona el programa?" in text
    assert "Todavía no se puede saber" in text
    assert text.index("El programa en cifras") < text.index("Método y advertencias") < text.index("Huella")


def test_the_report_speaks_english_when_asked(demo: Minga, tmp_path: Path) -> None:
    out = tmp_path / "one.html"
    demo("report", "programme", out, "--language", "en")

    assert "Does the programme work?" in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("pdf_library")
def test_the_pdf_is_the_same_byte_by_byte(demo: Minga, tmp_path: Path) -> None:
    first, second = tmp_path / "one.pdf", tmp_path / "two.pdf"
    assert demo("report", "programme", first).exit_code == 0
    assert demo("report", "programme", second).exit_code == 0

    assert first.read_bytes().startswith(b"%PDF")
    assert first.read_bytes() == second.read_bytes()


def test_another_ending_or_folder_is_refused_with_a_sentence(run: Minga, tmp_path: Path) -> None:
    other = run("report", "programme", tmp_path / "one.docx")
    nowhere = run("report", "programme", tmp_path / "none" / "one.html")

    assert (other.exit_code, nowhere.exit_code) == (2, 2)
    assert ".html" in other.stderr
    assert "none" in nowhere.stderr
