"""Demo countries made once for all tests: the usual one, its files, and one large enough to measure."""

import pytest

from service.demo import Country, Written, generate, write


@pytest.fixture(scope="session")
def country() -> Country:
    return generate(seed=7, schools=600, years=10)


@pytest.fixture(scope="session")
def large() -> Country:
    """Five thousand schools, so that the laws show through chance."""
    return generate(seed=11, schools=5000, years=10)


@pytest.fixture(scope="session")
def written(country: Country, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(country, tmp_path_factory.mktemp("country"))
