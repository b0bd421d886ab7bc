"""What readers call the things that tables know by short names, and the tables that figures share."""

from collections.abc import Mapping

import pandas as pd

from clipstudy.retrieval.headline import is_corrected

TOKENISATIONS = {"word": "words", "char4": "4-grams", "char5": "5-grams", "char6": "6-grams", "char7": "7-grams"}
# for the ticks of narrow panels, under an axis that says "characters per n-gram"
SHORT_TOKENS = {"words": "word", "4-grams": "4", "5-grams": "5", "6-grams": "6", "7-grams": "7"}
TEXTS = {"speech": "speech", "cover": "cover", "comments": "comments"}
LABELS = {
    "useful_description": "useful description",
    "comments_on_topic": "comments on topic",
    "purely_visual": "purely visual",
    "important_lyrics": "important lyrics",
    "subtextual": "subtextual",
}
COMPARISONS = {
    "all_texts": "all texts vs basic text",
    "speech": "basic + speech vs basic text",
    "cover": "basic + cover vs basic text",
    "comments": "basic + comments vs basic text",
    "over_word": "chosen n-grams vs words",
    "over_char4": "chosen tokens vs 4-grams",
    "over_char5": "chosen n-grams vs 5-grams",
    "attribution": "fields attributed vs plain",
    "cosine_binary": "bpc vs bpx (cosine, binary)",
    "cosine_raw": "txc vs txx (cosine, raw tf)",
    "binary_over_raw": "bpx vs tpx (binary vs raw tf)",
    "collection_weight": "bpx vs bxx (collection weight)",
    "augmented": "npx vs bpx (augmented tf)",
}


def name_texts(speech: bool, cover: bool, comments: bool) -> str:
    """Name the texts of an index: basic text is always there, so only what is added to it is named."""
    given = dict(zip(TEXTS.values(), (speech, cover, comments), strict=True))
    added = [name for name, there in given.items() if there]
    if len(added) == len(given):
        return "+ all three"
    return "basic only" if not added else "+ " + ", ".join(added)


def describe_runs(evaluation: pd.DataFrame, indexes: pd.DataFrame) -> pd.DataFrame:
    """Join the measures of every run with what its index is made of.

    Returns
    -------
    DataFrame
        Columns of both tables and `texts` (readable), `added` (number of added texts), `tokens` (readable), ordered
        from words to 7-grams and from few to many texts.
    """
    runs = evaluation.merge(indexes, on="index_id", validate="many_to_one")
    flags = runs[["speech", "cover", "comments"]]
    runs["texts"] = [name_texts(*row) for row in flags.itertuples(index=False)]
    runs["added"] = flags.sum(axis=1)
    order = [t for t in TOKENISATIONS if t in set(runs["tokenisation"])]
    runs["tokens"] = pd.Categorical(
        runs["tokenisation"].map(TOKENISATIONS), [TOKENISATIONS[t] for t in order], ordered=True
    )
    texts = runs.sort_values(["added", "comments", "cover", "speech"], ascending=[True, True, True, False])["texts"]
    runs["texts"] = pd.Categorical(runs["texts"], texts.drop_duplicates(), ordered=True)
    return runs


def select_runs(ranks: pd.DataFrame, runs: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Rows of named runs of a ranks table, with their names in a column `run`; rows of two names come twice."""
    parts = [
        ranks[(ranks["index_id"] == index_id) & (ranks["scheme"] == scheme)].assign(run=name)
        for name, (index_id, scheme) in runs.items()
    ]
    return pd.concat(parts, ignore_index=True)


def only_corrected(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of correct schemes: published forms are shown only where the defect is the subject."""
    return frame[is_corrected(frame["scheme"])]
