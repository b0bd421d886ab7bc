"""What the pipeline read of the simulated world, held against its truth: the headline numbers of the media.

Texts are compared after the normaliser `unicode`, so that case and punctuation do not count as errors. Error rates are
of all texts together: edits over the words, or characters, of the truth.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

import jiwer
import pyarrow as pa

from clipstudy.corpus.counts import parse_count
from clipstudy.retrieval.normalise import normalise_unicode
from clipstudy.world.model import Clip, PlantedFault, Reply, World

_DIGITS = 4


def measure_quality(world: World, tables: Mapping[str, pa.Table]) -> dict:
    """Measure how much of the truth was recovered.

    Parameters
    ----------
    world : World
        The truth.
    tables : mapping
        `clips`, `comments`, `rejected`, `downloads` and `media_texts` of the study.

    Returns
    -------
    dict
        clips: in truth, recorded, rejected, lost (in neither), unknown (recorded, but not in truth); planted_faults
        (kind -> how many) and the share of them that ended as they must; character error rates of cover texts on plain
        and on busy backgrounds; word error rates of speech over silence (clear), over noise and over music, and of
        long clips; of clear speech also by accent of the voice, the share of wrong words that the transcript writes
        with digits, and the two words most often confused; shares of comments and replies recovered (commenter, text,
        likes) of the recorded clips; how many of them have speech and captions, and the share of captions recovered.
    """
    found = _collect(world, tables)
    clips, truth = found.clips, {clip.clip_id for clip in world.clips}
    recorded = [clip for clip in world.clips if clip.clip_id in clips]
    wrong = [
        f"{kind} at {fault.asset} of {fault.clip_id}"
        for kind, faults in world.faults.items()
        for fault in faults
        if not _ended_right(fault, found)
    ]
    planted = {kind: len(faults) for kind, faults in world.faults.items()}
    return {
        "clips_in_truth": len(truth),
        "clips_recorded": len(recorded),
        "clips_rejected": len(truth & found.refused.keys() - clips.keys()),
        "clips_lost": len(truth - clips.keys() - found.refused.keys()),
        "clips_unknown": len(clips.keys() - truth),
        "planted_faults": planted,
        "planted_faults_right_share": _share(sum(planted.values()) - len(wrong), sum(planted.values())),
        "planted_faults_wrong": wrong,
        **_measure_covers(recorded, clips),
        **_measure_speech(recorded, clips),
        "comments_recovered_share": _sum_up([found.comments[clip.clip_id] for clip in recorded]),
        "replies_recovered_share": _sum_up([found.replies[clip.clip_id] for clip in recorded]),
        "clips_with_speech": sum(clip.speech is not None for clip in recorded),
        "clips_with_captions": sum(bool(clip.captions) for clip in recorded),
        "captions_recovered_share": _recover_captions(recorded, clips),
    }


class _Matched(NamedTuple):
    """How many there are in truth, and how many of them were found."""

    total: int
    right: int


class _Found(NamedTuple):
    """What became of the clips, by clip id; of files by (clip id, asset), of texts by (clip id, step)."""

    clips: Mapping[str, dict]
    refused: Mapping[str, str]  # why a clip was rejected
    notes: Mapping[str, str]  # what is told of the page state of a recorded clip
    states: Mapping[tuple[str, str], object]
    reasons: Mapping[tuple[str, str], object]
    comments: Mapping[str, _Matched]
    replies: Mapping[str, _Matched]


def _collect(world: World, tables: Mapping[str, pa.Table]) -> _Found:
    told: dict[str | None, dict[str, str]] = {None: {}, "page-state": {}}
    for row in tables["rejected"].to_pylist():
        if row["field"] in told:  # the source of what a scraper tells is the address of a clip, which ends in its id
            told[row["field"]][(row["source"] or "").rpartition("/")[2]] = row["reason"]
    comments, replies = _match_comments(world.clips, tables["comments"])
    return _Found(
        clips={row["clip_id"]: row for row in tables["clips"].to_pylist()},
        refused=told[None],
        notes=told["page-state"],
        states=_lookup(tables["downloads"], ("clip_id", "asset"), "state"),
        reasons=_lookup(tables["media_texts"], ("clip_id", "step"), "reason"),
        comments=comments,
        replies=replies,
    )


def _ended_right(fault: PlantedFault, found: _Found) -> bool:
    expected, clip_id = fault.expected, fault.clip_id
    if expected.clip == "rejected":
        return clip_id not in found.clips and found.refused.get(clip_id, "").startswith(str(expected.reason))
    if clip_id not in found.clips:
        return False
    if fault.asset == "page" and expected.reason:
        return found.notes.get(clip_id, "").startswith(expected.reason)
    if fault.asset == "comments":
        return all(matched.right == matched.total for matched in (found.comments[clip_id], found.replies[clip_id]))
    asset = "video" if fault.asset == "clip" else fault.asset
    if expected.download is not None and found.states.get((clip_id, asset)) != expected.download:
        return False
    if expected.null_field is None:
        return True
    steps = {"cover_text": ("cover",), "speech_text": ("audio", "speech")}[expected.null_field]
    told = {found.reasons.get((clip_id, step)) for step in steps}
    return found.clips[clip_id][expected.null_field] is None and expected.reason in told


def _lookup(table: pa.Table, key: tuple[str, str], value: str) -> dict[tuple[str, str], object]:
    return dict(zip(zip(*(table[k].to_pylist() for k in key), strict=True), table[value].to_pylist(), strict=True))


def _measure_covers(recorded: list[Clip], clips: Mapping[str, dict]) -> dict[str, float | None]:
    rates = {}
    for background in ("plain", "busy"):
        pairs = [
            (clip.cover.text, clips[clip.clip_id]["cover_text"])
            for clip in recorded
            if clip.cover.background == background and clip.cover.text
        ]
        rates[f"ocr_cer_{background}"] = _error_rate(jiwer.cer, pairs)
    return rates


def _measure_speech(recorded: list[Clip], clips: Mapping[str, dict]) -> dict[str, object]:
    spoken = [(clip, clip.speech) for clip in recorded if clip.speech is not None]
    clear = [(clip, speech) for clip, speech in spoken if speech.background == "silence" and clip.kind == "speech"]
    chosen = {
        "clear": [c for c, _ in clear],
        "noisy": [c for c, speech in spoken if speech.background == "noise"],
        "music": [c for c, speech in spoken if speech.background == "music"],
        "long": [c for c, _ in spoken if c.kind == "long"],
        "clear_american": [c for c, speech in clear if speech.voice.startswith("en-us")],
        "clear_british": [c for c, speech in clear if speech.voice.startswith("en-gb")],
    }
    heard = {
        name: [(clip.speech.text, clips[clip.clip_id]["speech_text"]) for clip in some if clip.speech]
        for name, some in chosen.items()
    }
    rates: dict[str, object] = {f"speech_wer_{name}": _error_rate(jiwer.wer, pairs) for name, pairs in heard.items()}
    wrong = _wrong_words(heard["clear"])
    shown = [read for _, read in wrong if read]
    with_digits = sum(any(letter.isdigit() for letter in read) for read in shown)
    confused = Counter(pair for pair in wrong if all(pair))
    top = min(confused, key=lambda pair: (-confused[pair], pair), default=None)
    return rates | {
        "speech_wrong_words_with_digits_share": _share(with_digits, len(shown)) if shown else None,
        "speech_most_confused": {"spoken": top[0], "read": top[1], "times": confused[top]} if top else None,
    }


def _wrong_words(pairs: Iterable[tuple[str, str | None]]) -> list[tuple[str, str]]:
    """Word spoken and word read, wherever they differ; one of them is empty where a word is missing or too many."""
    read = [(normalise_unicode(truth), normalise_unicode(text)) for truth, text in pairs if text is not None]
    if not read:
        return []
    compared = jiwer.process_words([truth for truth, _ in read], [text for _, text in read])
    return [
        pair
        for truth, text, chunks in zip(compared.references, compared.hypotheses, compared.alignments, strict=True)
        for chunk in chunks
        if chunk.type != "equal"
        for pair in zip_longest(
            truth[chunk.ref_start_idx : chunk.ref_end_idx], text[chunk.hyp_start_idx : chunk.hyp_end_idx], fillvalue=""
        )
    ]


def _error_rate(rate: Callable, pairs: Iterable[tuple[str, str | None]]) -> float | None:
    """Error rate over the texts that could be read; a null has a reason of its own and is no error of the reader."""
    read = [(normalise_unicode(truth), normalise_unicode(text)) for truth, text in pairs if text is not None]
    truths, texts = [truth for truth, _ in read], [text for _, text in read]
    return round(float(rate(truths, texts)), _DIGITS) if read else None


def _match_comments(clips: Sequence[Clip], comments: pa.Table) -> tuple[dict[str, _Matched], dict[str, _Matched]]:
    """Comments and replies found of every clip, alike in commenter, text and likes."""
    said: dict[str, Counter] = defaultdict(Counter)
    answered: dict[str, Counter] = defaultdict(Counter)
    for row in comments.to_pylist():
        found = said if row["parent_position"] is None else answered
        found[row["clip_id"]][row["commenter"], row["text"], row["like_count"]] += 1
    matched = {clip.clip_id: _match(clip.comments, said[clip.clip_id]) for clip in clips}
    replies = {clip.clip_id: [reply for comment in clip.comments for reply in comment.replies] for clip in clips}
    return matched, {clip_id: _match(written, answered[clip_id]) for clip_id, written in replies.items()}


def _match(truth: Sequence[Reply], found: Counter) -> _Matched:
    written = Counter((one.commenter, one.text, parse_count(one.likes_shown).value) for one in truth)
    return _Matched(len(truth), (written & found).total())


def _sum_up(matched: Iterable[_Matched]) -> float:
    totals, rights = zip(*matched, strict=True)
    return _share(sum(rights), sum(totals))


def _recover_captions(recorded: list[Clip], clips: Mapping[str, dict]) -> float:
    captioned = [clip for clip in recorded if clip.captions]
    same = [
        clip
        for clip in captioned
        if (clips[clip.clip_id]["captions_text"] or "").split() == " ".join(clip.captions or []).split()
    ]
    return _share(len(same), len(captioned))


def _share(part: int, whole: int) -> float:
    return round(part / whole, _DIGITS) if whole else 1.0
