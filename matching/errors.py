"""What can be wrong with the inputs of the matching library."""


class MatchingError(ValueError):
    """An input the library cannot work with.

    Parameters
    ----------
    message : str
        One sentence: what is wrong, where, and what to do.
    where : str, optional
        The place in the input, such as ``pairs[3].score``.

    Examples
    --------
    >>> str(MatchingError("a capacity is negative", where="leaders[0].capacity"))
    'leaders[0].capacity: a capacity is negative'
    """

    def __init__(self, message: str, where: str | None = None) -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class ProfileError(MatchingError):
    """A school's or a leader's profile is not valid."""


class InstanceError(MatchingError):
    """An assignment instance contradicts itself or names something unknown."""


class EvidenceError(MatchingError):
    """The results given do not suffice for an estimate."""


class RuleError(MatchingError):
    """A need rule or a preset of matching rules is not valid."""
