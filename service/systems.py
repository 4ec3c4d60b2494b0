"""What differs between countries: their tests by phase, and the words of their registers."""

from dataclasses import dataclass, field

from matching.profiles import Phase
from service.errors import InvalidInput
from service.models.enums import IndicatorKind
from service.text import say


@dataclass(frozen=True, slots=True)
class System:
    """A country's school system.

    Parameters
    ----------
    code : str
        As it stands in school codes, such as ``cl``.
    tests : dict of Phase to str
        The test by which schools of a phase are compared.
    vulnerability : dict of Phase to IndicatorKind
        The indicator of vulnerability of a phase.
    groups_from : IndicatorKind or None
        Where no official socio-economic group exists: the share whose fifths stand for it.
    same_owner_conflict : bool
        Whether two schools of one owner may not be paired.
    point : float
        What a point of a test with a pupils' SD of 50, in which presets speak, is in its own points.
    language : str
        Language spoken when a profile names none.
    """

    code: str
    tests: dict[Phase, str]
    vulnerability: dict[Phase, IndicatorKind] = field(default_factory=dict)
    groups_from: IndicatorKind | None = None
    same_owner_conflict: bool = False
    point: float = 1.0
    language: str = "es"

    def phase_of(self, test: str) -> Phase | None:
        """The phase that a test compares."""
        return next((phase for phase, name in self.tests.items() if name == test), None)


SYSTEMS: dict[str, System] = {
    "cl": System(
        code="cl",
        tests={Phase.PRIMARY: "4b", Phase.SECONDARY: "2m"},
        vulnerability={
            Phase.PRIMARY: IndicatorKind.VULNERABILITY_PRIMARY,
            Phase.SECONDARY: IndicatorKind.VULNERABILITY_SECONDARY,
        },
    ),
    "en": System(
        code="en",
        tests={Phase.PRIMARY: "ks2"},
        vulnerability={Phase.PRIMARY: IndicatorKind.DISADVANTAGED},
        groups_from=IndicatorKind.DISADVANTAGED,
        point=8 / 50,  # scaled scores run from 80 to 120, with an SD of about 8 between pupils
        language="en",
    ),
}


def system_of_test(test: str) -> tuple[System, Phase]:
    """Find the system and the phase of a test.

    Raises
    ------
    InvalidInput
        No phase is compared by such a test.
    """
    for system in SYSTEMS.values():
        phase = system.phase_of(test)
        if phase is not None:
            return system, phase
    known = ", ".join(name for system in SYSTEMS.values() for name in system.tests.values())
    raise InvalidInput(
        say("La prueba «%(test)s» no se conoce; hay %(known)s.", test=test, known=known), code="test"
    )
