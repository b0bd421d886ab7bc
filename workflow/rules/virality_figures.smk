"""Figures of the virality study, and what its part of the paper is written from."""

from clipstudy.figures import FIGURES

HAS_TRUTH = bool(HAS_FEED and STUDY.world and STUDY.world.feed)
VIRALITY_SUBJECTS, VIRALITY_PARTS, VIRALITY_TABLES, VIRALITY_PREVIEW = [], {}, [], []
if STUDY.virality:
    VIRALITY_SUBJECTS += ["virality_clips"]
    VIRALITY_PARTS["virality"] = VIRALITY / "summary.json"
    VIRALITY_TABLES += ["virality_claims"]
if HAS_FEED:
    VIRALITY_SUBJECTS += ["virality_growth", "virality_ratios", "virality_uploads", "virality_episodes"]
    FEED_TABLES = {"observations": P.processed / "observations.parquet"} | {
        table: VIRALITY / f"{table}.parquet" for table in ("rates", "uploads", "creators", "audios", "episodes")
    }
if HAS_TRUTH:
    VIRALITY_SUBJECTS += ["virality_recovery"]
    VIRALITY_TABLES += ["virality_recovery"]
if HAS_FEED and STUDY.world and (STUDY.crawl or STUDY.acquire):
    VIRALITY_PREVIEW += [P.figures / "profile_preview.png"]


def virality_figures(subject, kind):
    """Files of the figures of one subject."""
    return [P.figures / f"{name}.{kind}" for name in FIGURES[subject]]


if STUDY.virality:

    rule plot_virality_clips:
        input:
            **({"uploads": FEED_TABLES["uploads"]} if HAS_FEED else {"clips": P.processed / "clips.parquet"}),
            package=package("plot_virality_clips"),
        output:
            pdf=virality_figures("virality_clips", "pdf"),
            png=report_figures("virality_clips"),
        log:
            f"logs/{STUDY.name}/plot_virality_clips.log",
        params:
            folder=str(P.figures),
        message:
            "Drawing comments per like of the clips of {config[study]}"
        script:
            "../../scripts/plot_virality_clips.py"

    rule summarise_virality:
        input:
            **({**FEED_TABLES, "panel": VIRALITY / "panel.json"} if HAS_FEED else {}),
            **({"sensitivity": VIRALITY / "episode_sensitivity.parquet"} if HAS_FEED else {}),
            **({"effect": VIRALITY / "event_study.json"} if HAS_FEED else {}),
            **({"recovered": P.headline / "virality.json", "coverage": VIRALITY / "coverage.json"} if HAS_TRUTH else {}),
            claims=VIRALITY / "claims.json",
            config=section("study", "virality"),
            package=package("summarise_virality"),
        output:
            summary=VIRALITY / "summary.json",
        log:
            f"logs/{STUDY.name}/summarise_virality.log",
        params:
            study=str(P.config),
        message:
            "Summarising how clips of {config[study]} spread"
        script:
            "../../scripts/summarise_virality.py"


if HAS_FEED:

    rule plot_virality_growth:
        input:
            **FEED_TABLES,
            config=section("study"),
            package=package("plot_virality_growth"),
        output:
            pdf=virality_figures("virality_growth", "pdf"),
            png=report_figures("virality_growth"),
        log:
            f"logs/{STUDY.name}/plot_virality_growth.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing how clips and creators of {config[study]} grow"
        script:
            "../../scripts/plot_virality_growth.py"

    rule plot_virality_ratios:
        input:
            **FEED_TABLES,
            config=section("study"),
            package=package("plot_virality_ratios"),
        output:
            pdf=virality_figures("virality_ratios", "pdf"),
            png=report_figures("virality_ratios"),
        log:
            f"logs/{STUDY.name}/plot_virality_ratios.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing how likes, comments and followers of {config[study]} go together"
        script:
            "../../scripts/plot_virality_ratios.py"

    rule plot_virality_uploads:
        input:
            **FEED_TABLES,
            config=section("study"),
            package=package("plot_virality_uploads"),
        output:
            pdf=virality_figures("virality_uploads", "pdf"),
            png=report_figures("virality_uploads"),
        log:
            f"logs/{STUDY.name}/plot_virality_uploads.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing uploads, sounds and creators of {config[study]}"
        script:
            "../../scripts/plot_virality_uploads.py"

    rule plot_virality_episodes:
        input:
            **FEED_TABLES,
            sensitivity=VIRALITY / "episode_sensitivity.parquet",
            effect=VIRALITY / "event_study.json",
            recovered=[P.headline / "virality.json"] if HAS_TRUTH else [],
            config=section("study"),
            package=package("plot_virality_episodes"),
        output:
            pdf=virality_figures("virality_episodes", "pdf"),
            png=report_figures("virality_episodes"),
        log:
            f"logs/{STUDY.name}/plot_virality_episodes.log",
        params:
            study=str(P.config),
            folder=str(P.figures),
        message:
            "Drawing viral episodes of {config[study]}"
        script:
            "../../scripts/plot_virality_episodes.py"


if HAS_TRUTH:

    rule plot_virality_recovery:
        input:
            observations=FEED_TABLES["observations"],
            rates=FEED_TABLES["rates"],
            feed_truth_observations=P.world / "feed" / "feed_truth_observations.parquet",
            recovered=P.headline / "virality.json",
            coverage=VIRALITY / "coverage.json",
            package=package("plot_virality_recovery"),
        output:
            pdf=virality_figures("virality_recovery", "pdf"),
            png=report_figures("virality_recovery"),
        log:
            f"logs/{STUDY.name}/plot_virality_recovery.log",
        params:
            folder=str(P.figures),
        message:
            "Drawing what is recovered of the truth of {config[study]}"
        script:
            "../../scripts/plot_virality_recovery.py"
