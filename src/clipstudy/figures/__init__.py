"""Figures of a study: one function a figure, grouped by subject, in one style.

`FIGURES` says which figures each plotting rule makes; it is light, so that the workflow can read it.
"""

FIGURES = {
    "index_costs": ("index_construction", "query_time", "index_size"),
    "target_ranks": ("rank_by_query", "rank_by_author", "rank_by_query_length", "rank_by_label", "rank_by_text_length"),
    "grid_choices": (
        "scheme_comparison",
        "text_sources",
        "tokenisation",
        "texts_by_tokenisation",
        "attribution",
        "ngrams_by_label",
        "success_at_cutoff",
        "planned_comparisons",
    ),
    "replication": ("cosine_defect", "published_ranks", "exact_ranks"),
}
