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
    "virality_growth": (
        "change_in_likes",
        "change_in_comments",
        "change_in_followers",
        "likes_per_hour",
        "followers_over_time",
        "creator_gains",
    ),
    "virality_ratios": (
        "likes_per_follower",
        "likes_against_comments",
        "comments_by_followers",
        "upload_gap_by_followers",
        "creator_likes_by_followers",
    ),
    "virality_clips": ("comments_per_like",),
    "virality_uploads": (
        "upload_and_observation",
        "uploads_by_time",
        "audio_use",
        "prolific_creators",
        "followed_creators",
        "top_audios",
    ),
    "virality_episodes": ("viral_episodes", "episode_sensitivity", "event_study"),
    "virality_recovery": ("recovered_truth",),
    "replication": ("cosine_defect", "published_ranks", "exact_ranks"),
}
