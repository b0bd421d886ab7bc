"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole_file(path: Path | str) -> Iterator[Path]:
    """Give a place beside `path` to write to, which becomes `path` when the block ends well.

    Parameters
    ----------
    path : Path or str
        The file; its folder is made. What was there before stays until the new content is whole.

    Yields
    ------
    Path
        Of the unfinished file, in the same folder. It is removed when the block fails.

    Raises
    ------
    OSError
        Naming `path` where it cannot be written, even if the library that wrote does not say which file it was.
    """
    path = Path(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield partial
        partial.replace(path)
    except OSError as error:
        if error.errno is None or error.filename not in (None, partial, str(partial)):
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
    finally:
        with suppress(OSError):  # on a disk that is read-only now, too
            partial.unlink(missing_ok=True)
