"""Figures, the numbers of the paper, and the paper itself."""

from clipstudy.figures import FIGURES

PAPER_PARTS, PAPER_TABLES, PAPER_FIGURES, PAPER_CHECKS = {}, [], [], []
PUBLISHED, TIMINGS = [], []
if STUDY.retrieval:
    # Measured once on one machine and kept in Git, so that the paper does not change with the machine.
    TIMINGS = [path for path in [P.headline / "index_timings.json"] if path.exists()]
    PAPER_PARTS |= {"retrieval": P.headline / "retrieval.json"} | {"timings": path for path in TIMINGS}
    PAPER_TABLES += ["corpus", "runs", "schemes", "comparisons"]
    PAPER_FIGURES += ["index_costs", "target_ranks", "grid_choices"]
    PAPER_CHECKS += [P.retrieval / "trec" / "checked.json"]
    if STUDY.retrieval.captions:
        PAPER_PARTS["captions"] = P.headline / "captions.json"
    if STUDY.retrieval.published:
        PUBLISHED = [P.data / STUDY.retrieval.published.results]
        PAPER_PARTS |= {part: P.replication / f"{part}.json" for part in ("replication", "findings", "defects")}
        PAPER_TABLES += ["claims", "replication", "cosine", "defects"]
        PAPER_FIGURES += ["replication"]
if STUDY.world and STUDY.media:
    PAPER_PARTS["media"] = P.headline / "media.json"
    PAPER_TABLES += ["media", "faults"]
PAPER_PARTS |= VIRALITY_PARTS
PAPER_TABLES += VIRALITY_TABLES
PAPER_FIGURES += VIRALITY_SUBJECTS


def figure_files(subject, kind):
    """Files of the figures of one subject."""
    return [P.figures / f"{name}.{kind}" for name in FIGURES[subject]]


if STUDY.retrieval:

    rule plot_index_costs:
        input:
            indexes=P.retrieval / "indexes.parquet",
            timings=TIMINGS,
            published=PUBLISHED,
            package=package("plot_index_costs"),
        output:
            pdf=figure_files("index_costs", "pdf"),
            png=report_figures("index_costs"),
        log:
            f"logs/{STUDY.name}/plot_index_costs.log",
        params:
            folder=str(P.figures),
        message:
            "Drawing what the indexes of {config[study]} cost"
        script:
            "../../scripts/plot_index_costs.py"

    rule plot_target_ranks:
        input:
            ranks=P.retrieval / "ranks.parquet",
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            queries=P.processed / "queries.parquet",
            config=section("retrieval"),
            package=package("plot_target_ranks"),
        output:
            pdf=figure_files("target_ranks", "pdf"),
            png=report_figures("target_ranks"),
        log:
            f"logs/{STUDY.name}/plot_target_ranks.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing where the targets of {config[study]} are ranked"
        script:
            "../../scripts/plot_target_ranks.py"

    rule plot_grid_choices:
        input:
            ranks=P.retrieval / "ranks.parquet",
            indexes=P.retrieval / "indexes.parquet",
            evaluation=P.retrieval / "evaluation.parquet",
            queries=P.processed / "queries.parquet",
            headline=P.headline / "retrieval.json",
            config=section("study", "retrieval"),
            package=package("plot_grid_choices"),
        output:
            pdf=figure_files("grid_choices", "pdf"),
            png=report_figures("grid_choices"),
        log:
            f"logs/{STUDY.name}/plot_grid_choices.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing what the choices of the grid of {config[study]} do"
        script:
            "../../scripts/plot_grid_choices.py"


if STUDY.retrieval and STUDY.retrieval.published:

    rule plot_replication:
        input:
            ranks=P.retrieval / "ranks.parquet",
            emulated=P.replication / "emulated.parquet",
            published=PUBLISHED[0],
            headline=P.headline / "retrieval.json",
            package=package("plot_replication"),
        output:
            pdf=figure_files("replication", "pdf"),
            png=report_figures("replication"),
        log:
            f"logs/{STUDY.name}/plot_replication.log",
        params:
            folder=str(P.figures),
        message:
            "Drawing published and recomputed results of {config[study]}"
        script:
            "../../scripts/plot_replication.py"


rule write_paper_numbers:
    input:
        results=list(PAPER_PARTS.values()),
        config=section("study", "paper", "retrieval", "text", "corpus", "acquire", "sources"),
        package=package("write_paper_numbers"),
    output:
        numbers=P.paper / "generated" / "numbers.tex",
        tables=[P.paper / "generated" / f"{table}.tex" for table in PAPER_TABLES],
    log:
        f"logs/{STUDY.name}/write_paper_numbers.log",
    params:
        study=str(P.config),
        parts=list(PAPER_PARTS),
    message:
        "Writing the numbers and tables of the paper on {config[study]}"
    script:
        "../../scripts/write_paper_numbers.py"


rule compile_paper:
    input:
        text=[
            "paper/main.tex",
            "paper/references.bib",
            *sorted(map(str, Path("paper/sections").glob("*.tex"))),
        ],
        numbers=rules.write_paper_numbers.output.numbers,
        tables=rules.write_paper_numbers.output.tables,
        figures=[path for subject in PAPER_FIGURES for path in figure_files(subject, "pdf")] + VIRALITY_PREVIEW,
        checked=PAPER_CHECKS,
        config=section("study"),
        package=package("compile_paper"),
    output:
        pdf=report_paper(P.paper / "main.pdf"),
    log:
        f"logs/{STUDY.name}/compile_paper.log",
    params:
        study=str(P.config),
    message:
        "Compiling the paper on {config[study]}"
    script:
        "../../scripts/compile_paper.py"
