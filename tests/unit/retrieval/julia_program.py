"""The published program once more, slow and plain: dictionaries of strings, filled and read as Julia 1.8 does."""

from functools import cache
from math import inf, log2, nan, sqrt

import mmh3

from clipstudy.retrieval.tokenise import terms_of

SEED = 0x71E729FD56419C81
PREFIX = {"basic": "", "cover": "ocr:", "speech": "sr:", "comments": "c:"}


@cache
def hash_key(key):
    return (mmh3.hash64(key.encode(), SEED & 0xFFFFFFFF, signed=False)[1] + SEED) % 2**64


class JuliaDict:
    """`setindex!`, `rehash!`, `sizehint!` and iteration of `base/dict.jl`, statement by statement."""

    def __init__(self, length=0):
        size = 16
        while size < -(-3 * length // 2):
            size *= 2
        self.pairs = [None] * size
        self.count = self.maxprobe = 0

    def first(self, key, size):
        return hash_key(key) & (size - 1)

    def find(self, key):
        """Slot of a key, or of where it is to go, after a rebuild if need be."""
        while True:
            size = len(self.pairs)
            slot, steps = self.first(key, size), 0
            while True:
                if self.pairs[slot] is None or self.pairs[slot][0] == key:
                    return slot
                slot, steps = (slot + 1) % size, steps + 1
                if steps > self.maxprobe:
                    break
            while steps < max(16, size >> 6):
                if self.pairs[slot] is None:
                    self.maxprobe = steps
                    return slot
                slot, steps = (slot + 1) % size, steps + 1
            self.rehash(size * (2 if self.count > 64000 else 4))

    def rehash(self, wanted):
        old, size = self.pairs, 16
        while size < wanted:
            size *= 2
        self.pairs, self.maxprobe = [None] * size, 0
        for pair in old:
            if pair is not None:
                first = slot = self.first(pair[0], size)
                while self.pairs[slot] is not None:
                    slot = (slot + 1) % size
                self.maxprobe = max(self.maxprobe, (slot - first) % size)
                self.pairs[slot] = pair

    def __setitem__(self, key, value):
        slot = self.find(key)
        new = self.pairs[slot] is None
        self.pairs[slot] = (key, value)
        self.count += new
        if new and self.count * 3 > len(self.pairs) * 2:
            self.rehash(self.count * (2 if self.count > 64000 else 4))

    def get(self, key, default=None):
        size = len(self.pairs)
        first = self.first(key, size)
        for steps in range(self.maxprobe + 1):
            pair = self.pairs[(first + steps) % size]
            if pair is None:
                break
            if pair[0] == key:
                return pair[1]
        return default

    def items(self):
        return [pair for pair in self.pairs if pair is not None]


def invert(corpus, fields, tokenisation, attributed):
    index = JuliaDict()
    for clip_id, texts in corpus.items():
        counts = JuliaDict()
        for field in fields:
            for term in terms_of(texts[field], tokenisation):
                key = PREFIX[field] * attributed + term
                counts[key] = counts.get(key, 0) + 1
        for term, count in counts.items():
            index[term] = [*index.get(term, []), (clip_id, count)]
    return index


def measure(index, size, scheme):
    """Lengths of documents with both mistakes: each posting replaces the one before, and f is log2(N)/df."""
    lengths = {}
    for _, postings in index.items():
        df = len(postings)
        for clip_id, count in postings:
            weight = count if scheme[0] == "t" else 1
            if scheme[1] == "f":
                weight *= log2(size) / df
            elif scheme[1] == "p":
                weight *= log2((size - df) / df) if df < size else -inf
            lengths[clip_id] = sqrt(weight * weight)
    return lengths


def rank(query, index, lengths, scheme):
    """Clip ids in the order in which the program returned them."""
    first = JuliaDict(len(query))
    for term in query:
        first[term] = 1.0
    second = JuliaDict(len(query))
    for term, weight in first.items():
        second[term] = weight / sqrt(float(len(query)))
    scores = JuliaDict()
    for term, asked in second.items():
        postings = index.get(term, [])
        df, total = len(postings), len(lengths)
        for clip_id, count in postings:
            weight = count if scheme[0] == "t" else 1
            if scheme[1] == "f":
                weight *= log2(total / df)
            elif scheme[1] == "p":
                weight *= log2((total - df) / df) if df < total else -inf
            if scheme[2] == "c":
                length = lengths[clip_id]
                weight = weight / length if length else (inf if weight > 0 else -inf if weight < 0 else nan)
            before = scores.get(clip_id)
            scores[clip_id] = asked * weight if before is None else before + asked * weight
    return [clip_id for clip_id, _ in sorted(scores.items(), key=lambda pair: _descending(pair[1]))]


def _descending(score):
    return (0, 0.0) if score != score else (1, -score)


def run(collection, batch_order, index_name, schemes):
    """(scheme, query number) -> rank of the target, None where it is not retrieved."""
    corpus = JuliaDict()
    for row in sorted(range(len(batch_order)), key=lambda row: batch_order[row]):
        corpus[collection.clip_ids[row]] = {field: collection.texts[field][row] for field in PREFIX}
    fields = [f for f in ("basic", "speech", "comments", "cover") if f in ("basic", *index_name.sources)]
    tokenisation, attributed = index_name.tokenisation, index_name.attributed
    index = invert(corpus, fields, tokenisation, attributed)
    ranks = {}
    for scheme in schemes:
        lengths = measure(index, len(batch_order), scheme)
        for number, (text, target) in enumerate(zip(collection.texts["query"], collection.targets, strict=True)):
            terms = terms_of(text, tokenisation)
            asked = [prefix + term for prefix in PREFIX.values() for term in terms] if attributed else terms
            order = rank(list(dict.fromkeys(asked)), index, lengths, scheme)
            wanted = collection.clip_ids[target]
            ranks[scheme, number] = order.index(wanted) + 1 if wanted in order else None
    return ranks
