"""Texts made from media, such as cover texts and transcripts: a JSON object from clip id to text or null."""

from collections.abc import Container
from pathlib import Path

from clipstudy.corpus.checks import check_text
from clipstudy.corpus.quarantine import Rejected, UnreadableError
from clipstudy.corpus.rawjson import read_json
from clipstudy.study import StudyError


def read_texts(path: Path, source: str, clip_ids: Container[str], rejected: list[Rejected]) -> dict[str, str]:
    """Read the texts of the clips at hand.

    Parameters
    ----------
    path : Path
        The file; null stands for a text that could not be made, "" for one without a word.
    source : str
        The name of the file in `rejected`.
    clip_ids : container of str
        The clips of the study; a text of any other clip is left out with a row in `rejected`.
    rejected : list of Rejected
        Added to.

    Returns
    -------
    dict
        Clip id -> text, without the nulls.

    Raises
    ------
    StudyError
        Where the file is not such an object: nearly every clip would silently lack this text.
    """
    try:
        content = read_json(path, dict)
    except UnreadableError as error:
        raise StudyError(f"{path}: {error.reason}; fetch or make it again") from None
    kept = {}
    for position, (clip_id, text) in enumerate(content.items()):
        try:
            if clip_id not in clip_ids:
                raise UnreadableError("id", "no such clip", clip_id)
            if text is not None:
                check_text("text", text)
                kept[clip_id] = text
        except UnreadableError as fault:
            rejected.append(fault.row(source, position))
    return kept
