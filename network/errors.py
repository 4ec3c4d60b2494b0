"""What can be wrong with the inputs of the network library."""


class NetworkError(ValueError):
    """An input the library cannot work with.

    Parameters
    ----------
    message : str
        One sentence: what is wrong, where, and what to do.
    where : str, optional
        The place in the input, such as ``row 7``.

    Examples
    --------
    >>> str(NetworkError("the score '2x' is not a number", where="row 7"))
    "row 7: the score '2x' is not a number"
    """

    def __init__(self, message: str, where: str | None = None) -> None:
        self.where = where
        super().__init__(f"{where}: {message}" if where else message)


class FileError(NetworkError):
    """A file cannot be read as what it should be."""


class GraphError(NetworkError):
    """Schools and ties contradict each other."""


class TrajectoryError(NetworkError):
    """Results cannot be followed from one time to another."""


class ImpactError(NetworkError):
    """The data do not allow the effect to be estimated."""
