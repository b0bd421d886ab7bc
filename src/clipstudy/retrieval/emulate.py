"""Every published rank as an integer: the published program's order of evaluation, index by index.

Two things made the published ranks depend on the order of dictionaries. The length of a document was the weight of
whichever of its postings was visited last, and equal scores stayed in the order of the dictionary of scores. Both
follow from the order in which keys were inserted, so the program's steps are repeated here on integer keys:

1. the corpus, keyed by clip id, is filled in the order of the scrape batches;
2. each clip's terms are counted in the order of its fields, then enter the index in the order of that count;
3. a query's distinct terms fill a dictionary, its normalisation a second one, both of known length;
4. scores are added up term by term in a dictionary keyed by clip id, and its keys sorted stably by score.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from clipstudy.retrieval import program
from clipstudy.retrieval.index import IndexName, list_indexes
from clipstudy.retrieval.julia import JULIA, Rules, hash_strings, iteration_order
from clipstudy.retrieval.texts import QUERY, Collection
from clipstudy.retrieval.tokenise import ALPHABET, ngram_size, pack_ngrams
from clipstudy.study import Retrieval

SCHEMES = ("bxx", "bxc", "bfx", "bfc", "bpx", "bpc", "txx", "txc", "tfx", "tfc", "tpx", "tpc")
_FIELDS = ("basic", "cover", "speech", "comments")  # in the order in which a query's terms are tried
_EXACT = Context(prec=40)


class Length(NamedTuple):
    """The length of a document vector: what the program took for it, and with its two mistakes mended."""

    last_posting: bool = True  # only the posting visited last, instead of the root of the sum of squares
    wrong_idf: bool = True  # log2(N)/df in it, instead of log2(N/df)


class Program(NamedTuple):
    """What the order of evaluation depends on; other values are for experiments that change one thing."""

    rules: Rules = JULIA
    field_order: tuple[str, ...] = ("basic", "speech", "comments", "cover")  # in which a clip's terms are counted
    prefixes: tuple[bytes, ...] = (b"", b"ocr:", b"sr:", b"c:")  # of attributed terms: basic, cover, speech, comments
    presized: bool = True  # dictionaries made from a generator of known length are sized first


PUBLISHED_LENGTH = Length()
PUBLISHED = Program()


class Terms(NamedTuple):
    """Corpus and queries of one tokenisation as term numbers, and the hash of every key.

    `starts` has a row for each of basic, cover, speech and comments, and one column more than documents. The key of a
    term attributed to field f is its number plus f times the number of terms, `size`.
    """

    tokens: np.ndarray
    starts: np.ndarray
    queries: list[np.ndarray]
    size: int
    hashes: np.ndarray


def batch_places(clips: pa.Table) -> dict[str, int]:
    """Place of each clip, by its id, in the order of the scrape batches: `clips` has the columns of that table."""
    return dict(zip(clips["clip_id"].to_pylist(), clips["batch_order"].to_pylist(), strict=True))


def emulate(
    collection: Collection,
    batch_order: Sequence[int],
    config: Retrieval,
    emulated: Program = PUBLISHED,
    lengths: Sequence[Length] = (PUBLISHED_LENGTH,),
    workers: int = 2,
    report: Callable[[str], None] = lambda _: None,
) -> list[pd.DataFrame]:
    """Predict the rank of every target in every index under every published scheme.

    Parameters
    ----------
    collection : Collection
        Texts as the published normaliser left them, queries and targets.
    batch_order : sequence of int
        Place of each clip of the collection in the scrape batches.
    config : Retrieval
        Which indexes there are.
    emulated : Program
        The program to emulate.
    lengths : sequence of Length
        Lengths of documents to rank with; they share everything else.
    workers : int
        Tokenisations at work at the same time; the result does not depend on it.
    report : callable
        Told the identifier of each index when it is done.

    Returns
    -------
    list of DataFrame
        For each length: columns index_id, scheme, query_id, predicted (rank, missing where the target is not
        retrieved), best and worst (first and last rank of the target's tie), sorted by the first three.
    """
    ids = hash_strings([clip_id.encode() for clip_id in collection.clip_ids], emulated.rules.seed)
    documents = iteration_order(np.argsort(batch_order), ids, emulated.rules[1:], False)
    targets = np.argsort(documents)[collection.targets]
    names = list_indexes(config)

    def run(tokenisation: str) -> list[np.ndarray]:
        terms = number_terms(collection, documents, tokenisation, emulated)
        mine = [name for name in names if name.tokenisation == tokenisation]
        return list(_rank_indexes(terms, mine, targets, ids[documents], emulated, lengths, report))

    # the longest n-grams have the most terms: first, so that no worker is left with them at the end
    longest_first = config.tokenisations[::-1]
    with ThreadPoolExecutor(workers) as pool:
        results = dict(zip(longest_first, pool.map(run, longest_first), strict=True))
    ranks = np.stack([rank for tokenisation in config.tokenisations for rank in results[tokenisation]], axis=1)
    return [_frame(names, collection.query_ids, one) for one in ranks]


def number_terms(collection: Collection, documents: np.ndarray, tokenisation: str, emulated: Program) -> Terms:
    """Number the terms of all texts and hash every key that a program can meet.

    Parameters
    ----------
    documents : numpy.ndarray of int
        Order of the documents, as row numbers of the collection.
    tokenisation : str
        See `terms_of`.
    emulated : Program
        Its prefixes and the seed of its hash.
    """
    columns = [[collection.texts[field][row] for row in documents] for field in _FIELDS] + [collection.texts[QUERY]]
    split = [_split_words(c) if tokenisation == "word" else pack_ngrams(c, ngram_size(tokenisation)) for c in columns]
    numbers, distinct = pd.factorize(np.concatenate([terms for terms, _ in split]))
    tokens = numbers.astype(np.int32)
    ends = np.cumsum([len(terms) for terms, _ in split])
    bounds = [
        np.searchsorted(owners, np.arange(len(column) + 1)) for (_, owners), column in zip(split, columns, strict=True)
    ]
    starts = np.stack([bound + end - bound[-1] for bound, end in zip(bounds[:-1], ends[:-1], strict=True)])
    asked = tokens[ends[-2] :]
    strings = _encode(distinct, tokenisation)
    hashes = np.zeros((len(_FIELDS), len(strings)), np.int64)
    seed = emulated.rules.seed
    hashes[0] = hash_strings(strings, seed)  # bare terms come from any field of an index without attribution
    for number, prefix in enumerate(emulated.prefixes[1:], start=1):
        needed = np.union1d(pd.unique(tokens[starts[number, 0] : starts[number, -1]]), asked)
        hashes[number, needed] = hash_strings((prefix + strings[term] for term in needed), seed)
    return Terms(tokens, starts, np.split(asked, bounds[-1][1:-1]), len(strings), hashes.ravel())


def _split_words(column: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    words = [text.split() for text in column]
    owners = np.repeat(np.arange(len(words)), [len(part) for part in words])
    return np.array([word for part in words for word in part], dtype=object), owners


def _encode(distinct: np.ndarray, tokenisation: str) -> list[bytes]:
    """Give the bytes of distinct terms, unpacking n-grams."""
    if tokenisation == "word":
        return [word.encode() for word in distinct]
    size = ngram_size(tokenisation)
    letters = np.frombuffer(ALPHABET.encode(), np.uint8)
    shifts = np.arange(size - 1, -1, -1, dtype=np.uint64) * np.uint64(6)
    unpacked = letters[(distinct[:, None] >> shifts) & np.uint64(63)]
    return np.ascontiguousarray(unpacked).view(f"S{size}").ravel().tolist()


def _rank_indexes(
    terms: Terms,
    names: Sequence[IndexName],
    targets: np.ndarray,
    ids: np.ndarray,
    emulated: Program,
    lengths: Sequence[Length],
    report: Callable[[str], None],
) -> Iterator[np.ndarray]:
    """Ranks of each index, of shape (lengths, schemes, queries, 3)."""
    rules = emulated.rules[1:]
    queries = {attributed: _order_queries(terms, attributed, emulated) for attributed in (True, False)}
    for name in names:
        fields = np.array([_FIELDS.index(field) for field in emulated.field_order if field in ("basic", *name.sources)])
        shifts = np.arange(len(_FIELDS)) * (terms.size if name.attributed else 0)
        inverted = program.invert(terms.tokens, terms.starts, fields, shifts, terms.hashes, rules)
        keys, counts, begins, frequencies, index = inverted
        weights = collection_weights(int(np.count_nonzero(np.diff(begins))))
        asked, starts = queries[name.attributed]
        postings = program.select_postings(keys, counts, begins, frequencies, np.unique(asked))
        ranks = []
        for length in lengths:
            within = length_weights(len(ids)) if length.wrong_idf else collection_weights(len(ids))
            if length.last_posting:
                vectors = program.last_visited_lengths(keys, counts, begins, frequencies, index, within)
            else:
                vectors = program.true_lengths(keys, counts, begins, frequencies, within)
            ranks.append(
                program.rank_targets(asked, starts, targets, postings, frequencies, weights, vectors, ids, rules)
            )
        yield np.stack(ranks)
        report(name.slug)


def _order_queries(terms: Terms, attributed: bool, emulated: Program) -> tuple[np.ndarray, np.ndarray]:
    """Give the keys of every query in the order in which its terms are scored, and where each query begins."""
    rules = emulated.rules[1:]
    ordered = []
    for query in terms.queries:
        bare = pd.unique(query).astype(np.int64)
        keys = np.concatenate([bare + field * terms.size for field in range(len(_FIELDS) if attributed else 1)])
        first = iteration_order(keys, terms.hashes, rules, emulated.presized)
        ordered.append(iteration_order(first, terms.hashes, rules, emulated.presized))
    return np.concatenate(ordered), np.cumsum([0, *map(len, ordered)])


@lru_cache(maxsize=64)
def collection_weights(documents: int) -> np.ndarray:
    """Collection weights of a term by the number of documents that have it.

    Equal scores must be equal to the last bit, so the logarithms are rounded correctly, whatever the processor.

    Returns
    -------
    numpy.ndarray
        Shape (N + 1, 3), for x = 1, f = log2(N/df), p = log2((N-df)/df), which is minus infinity at df = N.
    """
    weights = np.ones((documents + 1, 3))
    for frequency in range(1, documents + 1):
        weights[frequency, 1] = _log2(documents / frequency)
        weights[frequency, 2] = _log2((documents - frequency) / frequency)
    return weights


@lru_cache(maxsize=64)
def length_weights(documents: int) -> np.ndarray:
    """Collection weights as the published length had them, f = log2(N)/df; N is the corpus, with empty documents."""
    weights = collection_weights(documents).copy()
    weights[1:, 1] = _log2(documents) / np.arange(1, documents + 1)
    return weights


def _log2(value: float) -> float:
    return float(_EXACT.divide(Decimal(value).ln(_EXACT), Decimal(2).ln(_EXACT)))


def _frame(names: Sequence[IndexName], query_ids: Sequence[int], ranks: np.ndarray) -> pd.DataFrame:
    """Arrange ranks of shape (indexes, schemes, queries, 3) as a table."""
    slugs = [name.slug for name in names]
    keys = pd.MultiIndex.from_product([slugs, SCHEMES, query_ids], names=["index_id", "scheme", "query_id"])
    values = pd.DataFrame(ranks.reshape(-1, 3), keys, ["predicted", "best", "worst"]).astype("Int64")
    return values.mask(values == 0).reset_index().sort_values(["index_id", "scheme", "query_id"], ignore_index=True)


def join_published(emulated: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Set predicted beside published ranks, where there are both.

    Parameters
    ----------
    emulated : DataFrame
        From `emulate`.
    published : DataFrame
        `ranks` of `read_published`.

    Returns
    -------
    DataFrame
        Columns of `emulated` and `published`.
    """
    keys = ["index_id", "scheme", "query_id"]
    both = emulated.merge(published[[*keys, "published"]], on=keys, validate="one_to_one")
    return both.sort_values(keys, ignore_index=True)


def is_exact(frame: pd.DataFrame) -> pd.Series:
    """Say of each row whether `predicted` equals `published`; two missing ranks are equal."""
    both_missed = frame["predicted"].isna() & frame["published"].isna()
    return (frame["predicted"] == frame["published"]).fillna(False).astype(bool) | both_missed


def count_exact(frame: pd.DataFrame) -> int:
    """Count the ranks predicted to the integer, a target rightly predicted as not retrieved included."""
    return int(is_exact(frame).sum())


def explain_not_exact(frame: pd.DataFrame) -> list[dict[str, object]]:
    """List the ranks that are not exact, each with the best explanation that its tie gives.

    Parameters
    ----------
    frame : DataFrame
        From `join_published`.
    """
    rows = frame[~is_exact(frame)]
    inside = ((rows["published"] >= rows["best"]) & (rows["published"] <= rows["worst"])).fillna(False)
    tied = "published rank within the tie: the dictionary of scores was filled in another order or had another size"
    reasons = inside.map({True: tied, False: "published rank outside the tie: the scores themselves differ"})
    shown = rows[["index_id", "scheme", "query_id", "predicted", "best", "worst", "published"]].astype(object)
    return shown.where(shown.notna(), None).assign(explanation=reasons).to_dict("records")
