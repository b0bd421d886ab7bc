"""Tables and words on how well media were read, of a study that knows the truth about them."""

from collections.abc import Mapping

from clipstudy.paper.numbers import format_number
from clipstudy.paper.tables import tabular

CLIPS = (
    ("clips_in_truth", "Clips in the world"),
    ("clips_recorded", "\\quad recorded"),
    ("clips_rejected", "\\quad rejected, with a reason"),
    ("clips_lost", "\\quad lost"),
)
RECOVERED = (
    ("planted_faults_right_share", "Faults that ended as they must"),
    ("comments_recovered_share", "Comments recovered"),
    ("replies_recovered_share", "Replies recovered"),
    ("captions_recovered_share", "Captions recovered"),
)
ERRORS = (
    ("ocr_cer_plain", "Cover text, plain background, CER"),
    ("ocr_cer_busy", "Cover text, busy background, CER"),
    ("speech_wer_clear", "Speech over silence, WER"),
    ("speech_wer_clear_american", "\\quad American voices"),
    ("speech_wer_clear_british", "\\quad British voice"),
    ("speech_wer_noisy", "Speech over noise, WER"),
    ("speech_wer_music", "Speech or song over music, WER"),
    ("speech_wer_long", "Long clips with a silent minute, WER"),
)
# what is held against what: name -> (harder, easier)
CONTRASTS = {
    "busy": ("ocr_cer_busy", "ocr_cer_plain"),
    "noisy": ("speech_wer_noisy", "speech_wer_clear"),
    "music": ("speech_wer_music", "speech_wer_clear"),
    "long": ("speech_wer_long", "speech_wer_clear"),
    "british": ("speech_wer_clear_british", "speech_wer_clear_american"),
}


def tabulate_media(media: Mapping) -> str:
    """Table of what was recovered of the truth; a dash where a study has nothing of the kind."""
    rows = [[label, format_number(media[key])] for key, label in CLIPS]
    rows += [[label, format_number(float(media[key]), "share")] for key, label in RECOVERED]
    rows += [
        [label, "--" if media[key] is None else format_number(float(media[key]), "share")] for key, label in ERRORS
    ]
    return tabular("@{}lr@{}", ["Quantity", "Value"], rows, rules=(len(CLIPS), len(CLIPS) + len(RECOVERED)))


def tabulate_faults(media: Mapping) -> str:
    """Table of the planted faults and what else needs care: kind and number, two pairs of columns."""
    cells = [[_name_fault(kind), format_number(number)] for kind, number in sorted(media["planted_faults"].items())]
    half = (len(cells) + 1) // 2
    cells += [["", ""]] * (2 * half - len(cells))
    rows = [[*left, *right] for left, right in zip(cells[:half], cells[half:], strict=True)]
    return tabular("@{}lr@{\\quad}lr@{}", 2 * ["Kind", "No."], rows)


def _name_fault(kind: str) -> str:
    words = kind.replace("_", " ")
    return words.replace("http ", "HTTP ").replace("html", "HTML").replace("url", "URL")


def describe_media(media: Mapping) -> dict[str, object]:
    """Words for what is read worse than what, and how many faults of how many kinds were planted.

    Returns
    -------
    dict
        `faults`, `kinds`; name of a contrast -> `worse than`, `better than` or `as well as`, where both sides of
        it were measured; `digits` and `confused`, where numbers were written with digits and words confused more than
        once.
    """
    contrasts = {
        name: _compare(media[harder], media[easier])
        for name, (harder, easier) in CONTRASTS.items()
        if media[harder] is not None and media[easier] is not None
    }
    faults = media["planted_faults"]
    said = {}
    if media["speech_wrong_words_with_digits_share"]:
        said["digits"] = "yes"
    if media["speech_most_confused"] and media["speech_most_confused"]["times"] > 1:
        said["confused"] = "yes"
    return {"faults": sum(faults.values()), "kinds": len(faults), **contrasts, **said}


def _compare(error: float, other: float) -> str:
    if error == other:
        return "as well as"
    return "worse than" if error > other else "better than"
