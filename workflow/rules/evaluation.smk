"""Measures of every run, headline numbers, and runs in TREC form."""

DETAILED_RUNS = ["best", "basic", "top"]


if STUDY.retrieval:

    rule evaluate_runs:
        input:
            ranks=P.retrieval / "ranks.parquet",
            indexes=P.retrieval / "indexes.parquet",
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            queries=P.processed / "queries.parquet",
            config=section("study", "retrieval"),
            package=package("evaluate_runs"),
        output:
            evaluation=P.retrieval / "evaluation.parquet",
            headline=P.headline / "retrieval.json",
        log:
            f"logs/{STUDY.name}/evaluate_runs.log",
        params:
            study=str(P.config),
        message:
            "Evaluating every run of {config[study]}"
        script:
            "../../scripts/evaluate_runs.py"

    rule export_runs:
        input:
            texts=P.interim / "texts.parquet",
            queries=P.processed / "queries.parquet",
            ranks=rules.evaluate_runs.input.ranks,
            headline=rules.evaluate_runs.output.headline,
            config=section("retrieval"),
            package=package("export_runs"),
        output:
            qrels=P.retrieval / "trec" / "qrels.txt",
            runs=expand(str(P.retrieval / "trec" / "{run}.run"), run=DETAILED_RUNS),
            checked=P.retrieval / "trec" / "checked.json",
        log:
            f"logs/{STUDY.name}/export_runs.log",
        params:
            study=str(P.config),
            runs=DETAILED_RUNS,
        message:
            "Exporting runs of {config[study]} in TREC form, checked against ir-measures"
        script:
            "../../scripts/export_runs.py"

    if STUDY.retrieval.captions:

        rule run_captions:
            input:
                texts=P.interim / "texts.parquet",
                queries=P.processed / "queries.parquet",
                ranks=P.retrieval / "ranks.parquet",
                config=section("study", "retrieval"),
                package=package("run_captions"),
            output:
                ranks=P.retrieval / "captions.parquet",
                compared=P.headline / "captions.json",
            log:
                f"logs/{STUDY.name}/run_captions.log",
            params:
                study=str(P.config),
            message:
                "Indexing the captions of {config[study]}"
            script:
                "../../scripts/run_captions.py"
