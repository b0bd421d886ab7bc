"""Raw JSON as objects, so that one broken string costs its record and not its file."""

import json
from pathlib import Path
from typing import TypeVar

import orjson

from clipstudy.corpus.quarantine import UnreadableError

Content = TypeVar("Content", list, dict)


def parse_json(content: bytes) -> object:
    """Parse JSON; the fast parser first, then a tolerant one.

    The tolerant parser lets lone surrogates, raw control characters and a byte order mark through, all of which make
    the fast one refuse everything; the checks of the records find them again.

    Raises
    ------
    UnreadableError
        Where the content is not UTF-8 or not JSON. The reason quotes nothing of the content.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(content.decode("utf-8-sig", "surrogatepass"), strict=False)
    except UnicodeDecodeError as error:
        raise UnreadableError(None, f"not UTF-8: byte {error.start} is not part of a character") from None
    except json.JSONDecodeError as error:
        raise UnreadableError(None, f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise UnreadableError(None, "not readable JSON: nested too deeply") from None
    except ValueError:
        raise UnreadableError(None, "not readable JSON: a number has too many digits") from None


def read_json(path: Path, kind: type[Content]) -> Content:
    """Parse a JSON file that must hold a list or an object.

    Raises
    ------
    UnreadableError
        Where it does not.
    """
    content = parse_json(path.read_bytes())
    if not isinstance(content, kind):
        raise UnreadableError(None, f"must be {json_type(kind())}, is {json_type(content)}")
    return content


def json_type(value: object) -> str:
    """Name the JSON type of a value, for messages."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names[type(value)]
