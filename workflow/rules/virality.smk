"""The virality study: panel, rates, episodes, the effect on followers, claims, and what is recovered of a truth."""

VIRALITY = P.results / "virality"
HAS_FEED = bool(STUDY.virality and STUDY.virality.runs)
MEASURED = [f"virality/{part}" for part in ("derived", "fields", "groups", "rates")]
DERIVED_TABLES = ["rates", "ratios", "uploads", "creators", "audios"]
# beside the full feed of a study, where as many bursts meet fewer clips
SMALLER_FEED = {
    "clips": 600,
    "creators": 480,
    "audios": 450,
    "clips_per_run": 40,
    "bursts": 100,
    "giants": 0,
    "ambiguous_giants": 0,
    "faults": {},
}


def feed_runs(wildcards):
    """Run files of the feed: the folder that a rule makes in a simulated world, else the files that are there."""
    if STUDY.world:
        return [P.raw / "feed"]
    return sorted(path for glob in STUDY.virality.runs for path in P.data.glob(glob))


if HAS_FEED:

    rule build_panel:
        input:
            runs=feed_runs,
            config=section("virality"),
            package=package("build_panel"),
        output:
            observations=P.processed / "observations.parquet",
            rejected=P.processed / "feed_rejected.parquet",
            summary=VIRALITY / "panel.json",
        log:
            f"logs/{STUDY.name}/build_panel.log",
        params:
            study=str(P.config),
        message:
            "Building the panel of the feed of {params.study}"
        script:
            "../../scripts/build_panel.py"

    rule measure_rates:
        input:
            observations=rules.build_panel.output.observations,
            package=package("measure_rates"),
        output:
            **{table: VIRALITY / f"{table}.parquet" for table in DERIVED_TABLES},
        log:
            f"logs/{STUDY.name}/measure_rates.log",
        message:
            "Deriving rates, ratios, uploads, creators and audios of {config[study]}"
        script:
            "../../scripts/measure_rates.py"

    rule find_episodes:
        input:
            observations=rules.build_panel.output.observations,
            config=section("virality"),
            package=package("find_episodes"),
        output:
            episodes=VIRALITY / "episodes.parquet",
            sensitivity=VIRALITY / "episode_sensitivity.parquet",
        log:
            f"logs/{STUDY.name}/find_episodes.log",
        params:
            study=str(P.config),
        message:
            "Finding viral episodes of {config[study]}"
        script:
            "../../scripts/find_episodes.py"

    rule study_events:
        input:
            observations=rules.build_panel.output.observations,
            episodes=rules.find_episodes.output.episodes,
            config=section("virality"),
            package=package("study_events"),
        output:
            effect=VIRALITY / "event_study.json",
        log:
            f"logs/{STUDY.name}/study_events.log",
        params:
            study=str(P.config),
        message:
            "Estimating what episodes of {config[study]} do to followers"
        script:
            "../../scripts/study_events.py"


if STUDY.virality:

    rule test_claims:
        input:
            **(
                {
                    "observations": rules.build_panel.output.observations,
                    "rates": rules.measure_rates.output.rates,
                    "uploads": rules.measure_rates.output.uploads,
                    "creators": rules.measure_rates.output.creators,
                    "effect": rules.study_events.output.effect,
                }
                if HAS_FEED
                else {"clips": P.processed / "clips.parquet"}
            ),
            config=section("study", "virality"),
            package=package("test_claims"),
        output:
            claims=VIRALITY / "claims.json",
        log:
            f"logs/{STUDY.name}/test_claims.log",
        params:
            study=str(P.config),
        message:
            "Testing the published claims on {config[study]}"
        script:
            "../../scripts/test_claims.py"


if HAS_FEED and STUDY.world and STUDY.world.feed:

    rule measure_coverage:
        input:
            config=section("study", "world.feed", "virality"),
            package=package("measure_coverage"),
        output:
            coverage=VIRALITY / "coverage.json",
        log:
            f"logs/{STUDY.name}/measure_coverage.log",
        params:
            study=str(P.config),
            seeds=20,
            smaller=SMALLER_FEED,
        message:
            "Simulating {params.seeds} smaller feeds of {config[study]} for the coverage of an interval"
        script:
            "../../scripts/measure_coverage.py"

    rule measure_recovery:
        input:
            observations=rules.build_panel.output.observations,
            truth=[
                P.world / "feed" / f"feed_truth_{part}.parquet"
                for part in ("observations", "clip_hours", "creator_hours")
            ],
            coverage=rules.measure_coverage.output.coverage,
            config=section("virality"),
            package=package("measure_recovery"),
        output:
            headline=P.headline / "virality.json",
        log:
            f"logs/{STUDY.name}/measure_recovery.log",
        params:
            study=str(P.config),
        message:
            "Holding what was found in the feed of {config[study]} against its truth"
        script:
            "../../scripts/measure_recovery.py"
