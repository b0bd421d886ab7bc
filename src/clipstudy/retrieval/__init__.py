"""Known-item retrieval: text, indexes, schemes, ranks, evaluation, replication."""
