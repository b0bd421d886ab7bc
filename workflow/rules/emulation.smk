"""A study with published results explains each published rank by the order in which its program evaluated."""

if STUDY.retrieval and STUDY.retrieval.published:

    rule emulate_published:
        input:
            clips=P.processed / "clips.parquet",
            queries=P.processed / "queries.parquet",
            texts=P.interim / "texts.parquet",
            published=P.data / STUDY.retrieval.published.results,
            config=section("retrieval"),
            package=package("emulate_published"),
        output:
            emulated=P.replication / "emulated.parquet",
            not_exact=P.replication / "not_exact.json",
        log:
            f"logs/{STUDY.name}/emulate_published.log",
        threads: 2
        params:
            study=str(P.config),
        message:
            "Emulating the published program of {config[study]}"
        script:
            "../../scripts/emulate_published.py"

    rule compare_defects:
        input:
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            queries=P.processed / "queries.parquet",
            texts=P.interim / "texts.parquet",
            emulated=rules.emulate_published.output.emulated,
            published=P.data / STUDY.retrieval.published.results,
            symbols=STUDY.symbols_file,
            config=section("retrieval", "text"),
            package=package("compare_defects"),
        output:
            defects=P.replication / "defects.json",
        log:
            f"logs/{STUDY.name}/compare_defects.log",
        threads: 2
        params:
            study=str(P.config),
        message:
            "Switching the defects of the published program off, one at a time"
        script:
            "../../scripts/compare_defects.py"
