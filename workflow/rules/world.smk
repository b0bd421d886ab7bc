"""The simulated world of a study: its truth, what its people remember, and its media."""

if STUDY.world:

    rule simulate_world:
        input:
            config=section("study", "world"),
            package=package("simulate_world"),
        output:
            truth=P.world / "truth.json",
            queries=P.raw / "queries.json",
        log:
            f"logs/{STUDY.name}/simulate_world.log",
        params:
            study=str(P.config),
        message:
            "Simulating the world of {params.study}"
        script:
            "../../scripts/simulate_world.py"

    rule render_media:
        input:
            truth=rules.simulate_world.output.truth,
            package=package("render_media"),
        output:
            media=directory(P.world / "media"),
            manifest=P.world / "media.json",
        log:
            f"logs/{STUDY.name}/render_media.log",
        threads: workflow.cores
        message:
            "Rendering the covers, photos and videos of {input.truth}"
        script:
            "../../scripts/render_media.py"

    rule measure_quality:
        input:
            truth=rules.simulate_world.output.truth,
            clips=P.processed / "clips.parquet",
            comments=P.processed / "comments.parquet",
            rejected=P.processed / "rejected.parquet",
            downloads=P.interim / "downloads.parquet",
            media_texts=P.interim / "media_texts.parquet",
            package=package("measure_quality"),
        output:
            quality=P.headline / "media.json",
        log:
            f"logs/{STUDY.name}/measure_quality.log",
        message:
            "Holding what was read of the world against its truth"
        script:
            "../../scripts/measure_quality.py"
