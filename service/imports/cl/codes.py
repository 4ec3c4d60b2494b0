"""Chilean code systems: those that look alike but differ stand side by side."""

from typing import Any

from service.imports.cells import DIGITS, CellError, fold, text
from service.models.enums import OwnerType, Phase, SchoolStatus
from service.text import say

DIRECTORY_OWNER = {
    1: OwnerType.MUNICIPAL_CORPORATION,
    2: OwnerType.MUNICIPAL,
    3: OwnerType.SUBSIDISED,
    4: OwnerType.PRIVATE,
    5: OwnerType.DELEGATED,
    6: OwnerType.LOCAL_SERVICE,
}
"""COD_DEPE of the directory and cod_depe1 of SIMCE."""

SIMCE_OWNER_GROUP = {
    1: OwnerType.MUNICIPAL,
    2: OwnerType.SUBSIDISED,
    3: OwnerType.PRIVATE,
    4: OwnerType.LOCAL_SERVICE,
}
"""cod_depe2 of SIMCE, whose 4 is SLEP; COD_DEPE2 of the directory, whose 4 is delegated, is not read."""

OWNER_LABELS = {
    "corporacion municipal": OwnerType.MUNICIPAL_CORPORATION,
    "municipal daem": OwnerType.MUNICIPAL,
    "municipal - daem": OwnerType.MUNICIPAL,
    "municipal": OwnerType.MUNICIPAL,
    "particular subvencionado": OwnerType.SUBSIDISED,
    "particular pagado": OwnerType.PRIVATE,
    "administracion delegada": OwnerType.DELEGATED,
    "corporacion de administracion delegada": OwnerType.DELEGATED,
    "servicio local de educacion": OwnerType.LOCAL_SERVICE,
    "servicio local": OwnerType.LOCAL_SERVICE,
    "slep": OwnerType.LOCAL_SERVICE,
}

GROUP_LABELS = {"bajo": 1, "medio bajo": 2, "medio": 3, "medio alto": 4, "alto": 5}
"""Socio-economic groups, 1 (low) to 5 (high), as SIMCE names them until 2017."""

SIMCE_RURAL = {1: False, 2: True}
"""cod_rural_rbd of SIMCE: 1 urban, 2 rural."""

DIRECTORY_RURAL = {0: False, 1: True}
"""RURAL_RBD of the directory: 0 urban, 1 rural."""

RURAL_LABELS = {"urbano": False, "rural": True}

STATUS = {
    1: SchoolStatus.WORKING,
    2: SchoolStatus.RECESS,
    3: SchoolStatus.CLOSED,
    4: SchoolStatus.AUTHORISED,
}
"""ESTADO_ESTAB of the directory."""

REGIONS = {
    1: "Tarapacá",
    2: "Antofagasta",
    3: "Atacama",
    4: "Coquimbo",
    5: "Valparaíso",
    6: "Libertador General Bernardo O'Higgins",
    7: "Maule",
    8: "Biobío",
    9: "La Araucanía",
    10: "Los Lagos",
    11: "Aysén del General Carlos Ibáñez del Campo",
    12: "Magallanes y de la Antártica Chilena",
    13: "Metropolitana de Santiago",
    14: "Los Ríos",
    15: "Arica y Parinacota",
    16: "Ñuble",
}

ENROLMENT_PHASES = {
    1: Phase.PRESCHOOL,
    2: Phase.PRIMARY,
    3: Phase.ADULT,
    4: Phase.SPECIAL,
    5: Phase.SECONDARY,
    6: Phase.ADULT,
    7: Phase.SECONDARY,
    8: Phase.ADULT,
}
"""MAT_ENS_1 … MAT_ENS_8: the phase whose pupils each counts."""


def phase_of_teaching(code: int) -> Phase | None:
    """Phase of a teaching code of ENS_01 … ENS_11; None if unknown or 0.

    10 is preschool, 110 primary, 16x adult primary, 2xx special; from 310 on, the middle digit
    6 marks adults (363, 563), any other young people's secondary (310, 410, 510 …).
    """
    if code == 10:
        return Phase.PRESCHOOL
    if code == 110:
        return Phase.PRIMARY
    if 160 <= code < 170:
        return Phase.ADULT
    if 200 <= code < 300:
        return Phase.SPECIAL
    if 300 <= code < 1000:
        return Phase.ADULT if code // 10 % 10 == 6 else Phase.SECONDARY
    return None


def coded(cell: Any, codes: dict[int, Any], labels: dict[str, Any]) -> Any:
    """Meaning of a cell that holds a code in some years and a label in others; None if blank.

    Raises
    ------
    CellError
        Neither the code nor the label is known.
    """
    try:
        return codes[cell]
    except (KeyError, TypeError):
        pass
    value = text(cell)
    if value is None:
        return None
    if len(value) < DIGITS and value.isdecimal() and int(value) in codes:
        return codes[int(value)]
    if fold(value) in labels:
        return labels[fold(value)]
    raise CellError(say("«%(value)s» no es un código conocido de esta columna.", value=value[:40]))


def check_digit(code: int) -> str:
    """Modulo-11 check digit of an RBD, as for any Chilean number.

    Examples
    --------
    >>> check_digit(1), check_digit(10001)
    ('9', '3')
    """
    total, weight, rest = 0, 2, code
    while rest:
        rest, digit = divmod(rest, 10)
        total += digit * weight
        weight = 2 if weight == 7 else weight + 1
    return "0K987654321"[total % 11] if total % 11 else "0"
