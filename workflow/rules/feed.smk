"""The simulated feed of a study: raw run files as a crawler leaves them, and the truth behind them."""

FEED_TRUTH = ["observations", "clips", "clip_hours", "creators", "creator_hours", "bursts"]


if STUDY.world and STUDY.world.feed:

    rule simulate_feed:
        input:
            config=section("study", "world.feed"),
            package=package("simulate_feed"),
        output:
            runs=directory(P.raw / "feed"),
            truth=[P.world / "feed" / f"feed_truth_{part}.parquet" for part in FEED_TRUTH],
            summary=P.world / "feed" / "feed_truth.json",
        log:
            f"logs/{STUDY.name}/simulate_feed.log",
        params:
            study=str(P.config),
        message:
            "Simulating the feed of {params.study}"
        script:
            "../../scripts/simulate_feed.py"
