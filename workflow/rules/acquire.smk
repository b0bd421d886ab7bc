"""Bring the raw data of a study to data/<study>/raw/."""

if STUDY.sources:

    # Without the package files as inputs: a source is pinned by its hash, so that no change of the code can change it,
    # and nobody should need the network because of one.
    rule fetch_sources:
        input:
            config=section("sources"),
        output:
            sources=[P.data / source.path for source in STUDY.sources],
        log:
            f"logs/{STUDY.name}/fetch_sources.log",
        params:
            study=str(P.config),
        message:
            "Fetching the published sources of {params.study}"
        script:
            "../../scripts/fetch_sources.py"
