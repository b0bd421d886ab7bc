"""What the pipeline read of the simulated world, held against its truth: the headline numbers of the media.

Texts are compared after the normaliser `unicode`, so that case and punctuation do not count as errors. Error rates are
of all texts together: edits over the words, or characters, of the truth.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest

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
        clips: in truth, recorded, rejected, lost (in neither); planted_faults (kind -> how many) and the share of them
        that ended as they must; character error rates of cover texts on plain and on busy backgrounds; word error
        rates of speech over silence (clear), over noise and over music, and of long clips; of clear speech also by
        accent of the voice, the share of wrong words that the transcript writes with digits, and the two words most
        often confused; shares of comments and replies recovered (commenter, text, likes) of the recorded clips; how
        many of them have speech and captions, and the share of captions recovered.
    """
    clips = {row["clip_id"]: row for row in tables["clips"].to_pylist()}
    rejected = [row["source"] or "" for row in tables["rejected"].to_pylist() if row["field"] is None]
    refused = {clip.clip_id for clip in world.clips if any(clip.clip_id in source for source in rejected)}
    recorded = [clip for clip in world.clips if clip.clip_id in clips]
    wrong = [
        f"{kind} at {fault.asset} of {fault.clip_id}"
        for kind, faults in world.faults.items()
        for fault in faults
        if not _ended_right(fault, clips, refused, tables)
    ]
    planted = {kind: len(faults) for kind, faults in world.faults.items()}
    comments, replies = _recover_comments(recorded, tables["comments"])
    return {
        "clips_in_truth": len(world.clips),
        "clips_recorded": len(recorded),
        "clips_rejected": len(refused - clips.keys()),
        "clips_lost": len(world.clips) - len(clips.keys() | refused),
        "planted_faults": planted,
        "planted_faults_right_share": _share(sum(planted.values()) - len(wrong), sum(planted.values())),
        "planted_faults_wrong": wrong,
        **_measure_covers(recorded, clips),
        **_measure_speech(recorded, clips),
        "comments_recovered_share": comments,
        "replies_recovered_share": replies,
        "clips_with_speech": sum(clip.speech is not None for clip in recorded),
        "clips_with_captions": sum(bool(clip.captions) for clip in recorded),
        "captions_recovered_share": _recover_captions(recorded, clips),
    }


def _ended_right(
    fault: PlantedFault, clips: Mapping[str, dict], refused: set[str], tables: Mapping[str, pa.Table]
) -> bool:
    expected = fault.expected
    if expected.clip == "rejected":
        return fault.clip_id in refused and fault.clip_id not in clips
    if fault.clip_id not in clips:
        return False
    if expected.download is not None and fault.asset not in ("clip", "page"):
        states = _lookup(tables["downloads"], ("clip_id", "asset"), "state")
        if states.get((fault.clip_id, fault.asset)) != expected.download:
            return False
    if expected.null_field is None:
        return True
    step = {"cover_text": ("cover",), "speech_text": ("audio", "speech")}[expected.null_field]
    reasons = _lookup(tables["media_texts"], ("clip_id", "step"), "reason")
    told = {reasons.get((fault.clip_id, name)) for name in step}
    return clips[fault.clip_id][expected.null_field] is None and expected.reason in told


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


def _recover_comments(recorded: list[Clip], comments: pa.Table) -> tuple[float, float]:
    said: dict[str, Counter] = {clip.clip_id: Counter() for clip in recorded}
    answered: dict[str, Counter] = {clip.clip_id: Counter() for clip in recorded}
    for row in comments.to_pylist():
        found = said if row["parent_position"] is None else answered
        found[row["clip_id"]][row["commenter"], row["text"], row["like_count"]] += 1
    true_comments = {clip.clip_id: clip.comments for clip in recorded}
    true_replies = {clip.clip_id: [r for comment in clip.comments for r in comment.replies] for clip in recorded}
    return _matched(true_comments, said), _matched(true_replies, answered)


def _matched(truth: Mapping[str, Sequence[Reply]], found: Mapping[str, Counter]) -> float:
    total = right = 0
    for clip_id, comments in truth.items():
        written = Counter((c.commenter, c.text, parse_count(c.likes_shown).value) for c in comments)
        total += len(comments)
        right += (written & found[clip_id]).total()
    return _share(right, total)


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
