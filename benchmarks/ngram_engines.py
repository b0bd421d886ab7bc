"""Four ways to index texts by their 4-grams and to answer queries with every matching text, best first.

Each is a function from texts and queries to one array of row numbers a query, in the way that its library suggests for
this, and includes all that happens between the strings and the rankings.
"""

from collections.abc import Callable, Sequence

import bm25s
import numpy as np
import tantivy
from bm25s.tokenization import Tokenizer
from sklearn.feature_extraction.text import TfidfVectorizer

from clipstudy.retrieval.index import build_index
from clipstudy.retrieval.timing import answer_query, weigh_blocks
from clipstudy.retrieval.tokenise import count_terms, terms_of

SIZE = 4
DIGITS = 10
Rankings = list[np.ndarray]


def rank_with_clipstudy(texts: Sequence[str], queries: Sequence[str]) -> Rankings:
    """Scheme bpx, ties ordered by row."""
    counts = count_terms({"text": texts, "query": queries}, f"char{SIZE}")
    asked = counts["query"].tocsr()
    weighted = weigh_blocks(build_index([counts["text"]]), "bpx")
    rows = zip(asked.indptr, asked.indptr[1:], strict=False)
    return [answer_query(weighted, asked.indices[start:end], DIGITS) for start, end in rows]


def rank_with_tantivy(texts: Sequence[str], queries: Sequence[str]) -> Rankings:
    """BM25, an index in memory, without positions.

    One thread and a heap that holds all: the fastest of the settings tried, as it leaves one segment to search.
    """
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", stored=False, tokenizer_name="ngram", index_option="freq")
    schema.add_integer_field("row", stored=False, indexed=False, fast=True)
    index = tantivy.Index(schema.build())
    ngrams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(SIZE, SIZE, prefix_only=False)).build()
    index.register_tokenizer("ngram", ngrams)
    writer = index.writer(heap_size=500_000_000, num_threads=1)
    for row, text in enumerate(texts):
        writer.add_document(tantivy.Document(text=text, row=row))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    rankings = []
    for query in queries:
        terms = dict.fromkeys(terms_of(query, f"char{SIZE}"))
        should = [
            (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "text", term, "freq")) for term in terms
        ]
        hits = searcher.search(tantivy.Query.boolean_query(should), limit=len(texts), count=False).hits
        rankings.append(np.array(searcher.fast_field_values("row", [address for _, address in hits]), dtype=np.int64))
    return rankings


def rank_with_bm25s(texts: Sequence[str], queries: Sequence[str]) -> Rankings:
    """BM25 in its default form; texts that share no 4-gram have a score of 0 and are cut off."""
    tokenizer = Tokenizer(splitter=lambda text: terms_of(text, f"char{SIZE}"), lower=False, stopwords=None)
    tokens = tokenizer.tokenize(texts, return_as="tuple", show_progress=False)
    engine = bm25s.BM25()
    engine.index(tokens, show_progress=False)
    asked = tokenizer.tokenize(queries, update_vocab=False, return_as="tuple", show_progress=False)
    rows, scores = engine.retrieve(asked, k=len(texts), show_progress=False)
    return [ranking[score > 0] for ranking, score in zip(rows, scores, strict=True)]


def rank_with_scikit_learn(texts: Sequence[str], queries: Sequence[str]) -> Rankings:
    """TF-IDF with cosine, a product of sparse matrices."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(SIZE, SIZE), lowercase=False)
    documents = vectorizer.fit_transform(texts)
    scores = (vectorizer.transform(queries) @ documents.T).tocsr()
    rankings = []
    for start, end in zip(scores.indptr, scores.indptr[1:], strict=False):
        order = np.argsort(-scores.data[start:end], kind="stable")
        rankings.append(scores.indices[start:end][order])
    return rankings


ENGINES: dict[str, Callable[[Sequence[str], Sequence[str]], Rankings]] = {
    "clipstudy": rank_with_clipstudy,
    "tantivy": rank_with_tantivy,
    "bm25s": rank_with_bm25s,
    "scikit_learn": rank_with_scikit_learn,
}
