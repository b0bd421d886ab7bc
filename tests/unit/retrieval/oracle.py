"""Salton and Buckley's weights in dictionaries, straight from their definition."""

from collections import Counter
from math import log2, sqrt

from clipstudy.retrieval.tokenise import terms_of


def count_documents(collection, fields, tokenisation, attributed):
    """Counter of the terms of each document; attributed terms carry the name of their field."""
    return [
        Counter(
            f"{field}:{term}" if attributed else term
            for field in fields
            for term in terms_of(collection.texts[field][row], tokenisation)
        )
        for row in range(len(collection.clip_ids))
    ]


def ask(text, fields, tokenisation, attributed):
    """Distinct terms of a query, once for each field where terms are attributed."""
    return {
        f"{field}:{term}" if attributed else term
        for field in (fields if attributed else fields[:1])
        for term in terms_of(text, tokenisation)
    }


def weigh(documents, scheme):
    """Weight of every term in every document."""
    frequency = Counter(term for terms in documents for term in terms)
    total = sum(1 for terms in documents if terms)
    t, c, n = scheme
    weighted = []
    for terms in documents:
        weights = {}
        for term, tf in terms.items():
            df = frequency[term]
            local = {"b": 1, "t": tf, "n": 0.5 + 0.5 * tf / max(terms.values())}[t]
            if c == "x":
                everywhere = 1.0
            elif c == "f":
                everywhere = log2(total / df)
            else:
                everywhere = log2((total - df) / df) if df < total else 0.0
            weights[term] = local * everywhere
        length = sqrt(sum(weight**2 for weight in weights.values())) if n == "c" else 1.0
        weighted.append({term: weight / length if length else 0.0 for term, weight in weights.items()})
    return weighted


def score(weighted, terms):
    """Score of each document that shares a term with the query, None for the others."""
    return [
        sum(weights[term] for term in terms & weights.keys()) if terms & weights.keys() else None
        for weights in weighted
    ]
