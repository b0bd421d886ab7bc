"""What a corpus and its queries are like: the counts and lengths that a data section states."""

import pandas as pd

LABELS = ("useful_description", "comments_on_topic", "purely_visual", "important_lyrics", "subtextual")
TEXTS = ("basic", "speech", "cover", "comments")


def measure_texts(clips: pd.DataFrame, comments: pd.DataFrame) -> pd.DataFrame:
    """Length of each text source of each clip, in characters.

    Parameters
    ----------
    clips, comments : DataFrame
        The tables of the same names.

    Returns
    -------
    DataFrame
        Indexed by clip_id; columns `basic` (account, nickname, description and music title), `speech`, `cover` and
        `comments`; 0 where there is no text.
    """
    texts = clips.set_index("clip_id")
    basic = ["creator", "nickname", "description", "music_title"]
    lengths = pd.DataFrame(
        {
            "basic": texts[basic].fillna("").apply(lambda column: column.str.len()).sum(axis=1),
            "speech": texts["speech_text"].fillna("").str.len(),
            "cover": texts["cover_text"].fillna("").str.len(),
        }
    )
    spoken = comments.assign(length=comments["text"].fillna("").str.len()).groupby("clip_id")["length"].sum()
    lengths["comments"] = spoken.reindex(lengths.index).fillna(0)
    return lengths.astype(int)


def describe_corpus(clips: pd.DataFrame, comments: pd.DataFrame, queries: pd.DataFrame) -> dict:
    """Count the clips, texts, comments and queries of a study.

    Returns
    -------
    dict
        `clips` (in the corpus), `scraped`, `missing` (reason -> clips), `comments` (of the corpus), `queries`,
        `authors`, `targets` (distinct), `labels` (label -> queries; labels never given are absent),
        `with_text` and `median_length` (text source -> share of clips with it, median characters of those).
    """
    corpus = clips[clips["in_corpus"]]
    kept = comments[comments["clip_id"].isin(corpus["clip_id"])]
    lengths = measure_texts(corpus, kept)
    reasons = clips.loc[~clips["in_corpus"], "missing"].explode().dropna().value_counts()
    words = queries["text"].str.split().str.len()
    return {
        "clips": len(corpus),
        "scraped": len(clips),
        "left_out": len(clips) - len(corpus),
        "missing": {str(reason): int(count) for reason, count in reasons.sort_index().items()},
        "comments": len(kept),
        "comments_per_clip": round(len(kept) / max(len(corpus), 1), 1),
        "queries": len(queries),
        "authors": int(queries["author"].nunique()),
        "targets": int(queries["target_id"].nunique()),
        "query_words": {"median": float(words.median()), "min": int(words.min()), "max": int(words.max())},
        "labels": {label: int(queries[label].fillna(False).sum()) for label in LABELS if queries[label].notna().any()},
        "with_text": {text: round(float((lengths[text] > 0).mean()), 4) for text in TEXTS},
        "median_length": {
            text: float(lengths.loc[lengths[text] > 0, text].median()) for text in TEXTS if (lengths[text] > 0).any()
        },
    }
