"""What can go wrong, in four kinds that page, API and command answer alike."""

from collections.abc import Mapping, Sequence
from typing import Any


class MingaError(Exception):
    """A refusal that a person can understand and act on.

    Parameters
    ----------
    message : str
        One sentence: what, where, what to do.
    code : str, optional
        Stable name for programs.
    details : mapping, optional
        Figures and names for programs.
    """

    http_status = 500
    exit_code = 1
    default_code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details: dict[str, Any] = details


class InvalidInput(MingaError):
    """What was typed cannot be used; ``fields`` maps a field to its sentence."""

    http_status = 422
    exit_code = 2
    default_code = "invalid_input"

    def __init__(
        self,
        message: str,
        fields: Mapping[str, str] | None = None,
        *,
        code: str | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message, code=code, **details)
        self.fields: dict[str, str] = dict(fields or {})


class ImportRejected(InvalidInput):
    """A file was refused whole, or its rows under ``--strict``; ``rows`` lists them."""

    default_code = "import_rejected"

    def __init__(
        self, message: str, rows: Sequence[Any] = (), *, code: str | None = None, **details: Any
    ) -> None:
        super().__init__(message, code=code, **details)
        self.rows = list(rows)


class NotFound(MingaError):
    """It is not there, or the actor may not know that it is."""

    http_status = 404
    exit_code = 3
    default_code = "not_found"


class NotAllowed(MingaError):
    """The actor may know of it, but not do this; the sentence says whom to ask."""

    http_status = 403
    exit_code = 4
    default_code = "not_allowed"


class Conflict(MingaError):
    """The state changed or does not permit it; the sentence gives the next step."""

    http_status = 409
    exit_code = 5
    default_code = "conflict"
