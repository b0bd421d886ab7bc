"""Text, indexes and the grid of known-item experiments."""

if STUDY.retrieval:

    rule normalise_text:
        input:
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            queries=P.processed / "queries.parquet",
            symbols=STUDY.symbols_file or [],
            config=section("text"),
            package=package("normalise_text"),
        output:
            texts=P.interim / "texts.parquet",
        log:
            f"logs/{STUDY.name}/normalise_text.log",
        params:
            study=str(P.config),
        message:
            "Normalising the texts and queries of {config[study]}"
        script:
            "../../scripts/normalise_text.py"

    rule run_grid:
        input:
            texts=P.interim / "texts.parquet",
            queries=P.processed / "queries.parquet",
            config=section("retrieval"),
            package=package("run_grid"),
        output:
            indexes=P.retrieval / "grid" / "indexes-{tokenisation}.parquet",
            ranks=P.retrieval / "grid" / "ranks-{tokenisation}.parquet",
        log:
            f"logs/{STUDY.name}/run_grid-{{tokenisation}}.log",
        params:
            study=str(P.config),
        message:
            "Running every experiment on the {wildcards.tokenisation} indexes of {config[study]}"
        script:
            "../../scripts/run_grid.py"

    rule collect_ranks:
        input:
            indexes=expand(rules.run_grid.output.indexes, tokenisation=STUDY.retrieval.tokenisations),
            ranks=expand(rules.run_grid.output.ranks, tokenisation=STUDY.retrieval.tokenisations),
            package=package("collect_ranks"),
        output:
            indexes=P.retrieval / "indexes.parquet",
            ranks=P.retrieval / "ranks.parquet",
        log:
            f"logs/{STUDY.name}/collect_ranks.log",
        message:
            "Collecting the ranks of all indexes of {config[study]}"
        script:
            "../../scripts/collect_ranks.py"

    # A measurement: no rule takes its output, so that no build ever measures. `make timings` does, and records what it
    # found in results/<study>/headline/, in Git, from where figures and paper take it.
    rule time_indexes:
        input:
            texts=P.interim / "texts.parquet",
            queries=P.processed / "queries.parquet",
        output:
            timings=P.timings / "index_timings.json",
        log:
            f"logs/{STUDY.name}/time_indexes.log",
        threads: workflow.cores
        params:
            study=str(P.config),
        message:
            "Timing every index of {config[study]} alone"
        script:
            "../../scripts/time_indexes.py"
