"""A study with published results is held against them."""

if STUDY.retrieval and STUDY.retrieval.published:

    rule replicate_published:
        input:
            clips=P.processed / "clips.parquet",
            indexes=P.retrieval / "indexes.parquet",
            ranks=P.retrieval / "ranks.parquet",
            emulated=P.replication / "emulated.parquet",
            published=P.data / STUDY.retrieval.published.results,
            config=section("retrieval"),
            package=package("replicate_published"),
        output:
            summary=P.replication / "replication.json",
            headline=P.headline / "replication.json",
        log:
            f"logs/{STUDY.name}/replicate_published.log",
        params:
            study=str(P.config),
        message:
            "Holding the ranks of {config[study]} against the published results"
        script:
            "../../scripts/replicate_published.py"

    rule measure_findings:
        input:
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            queries=P.processed / "queries.parquet",
            ranks=P.retrieval / "ranks.parquet",
            published=P.data / STUDY.retrieval.published.results,
            symbols=STUDY.symbols_file,
            config=section("retrieval", "text"),
            package=package("measure_findings"),
        output:
            findings=P.replication / "findings.json",
        log:
            f"logs/{STUDY.name}/measure_findings.log",
        params:
            study=str(P.config),
        message:
            "Measuring what the defects of the published program did"
        script:
            "../../scripts/measure_findings.py"
