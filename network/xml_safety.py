"""XML of other people: nothing that expands, nothing that reaches outside."""

from xml.parsers import expat

from network.errors import FileError


def inspect_xml(data: bytes, name: str) -> None:
    """Refuse a document that is not well-formed or has a DOCTYPE.

    Raises
    ------
    FileError
        The sentence says where.
    """
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        said = "the file has a DOCTYPE, which could make it expand without end; remove it"
        raise FileError(said, where=f"{name}, line {parser.CurrentLineNumber}")

    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except FileError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise FileError(f"{name} is not well-formed XML: {error}") from error
