"""A summary of the headline numbers, for comparison between versions, and all that a study gives beside its paper."""

SUMMARISED = {}
SUMMARY = {}
if STUDY.retrieval:
    SUMMARISED |= {"retrieval": P.headline / "retrieval.json", "ranks": P.retrieval / "ranks.parquet"}
    SUMMARY |= {"metrics": P.headline / "metrics.json", "curve": P.headline / "success_curve.json"}
if STUDY.world and STUDY.media:
    SUMMARISED["media"] = P.headline / "media.json"
if STUDY.world and STUDY.world.feed and STUDY.virality:
    SUMMARISED["virality"] = P.headline / "virality.json"
if {"media", "virality"} & SUMMARISED.keys():
    SUMMARY["recovered"] = P.headline / "recovered.json"


if SUMMARY:

    rule summarise_results:
        input:
            **SUMMARISED,
            package=package("summarise_results"),
        output:
            **SUMMARY,
        log:
            f"logs/{STUDY.name}/summarise_results.log",
        message:
            "Summarising the results of {config[study]}"
        script:
            "../../scripts/summarise_results.py"


RESULTS = list(SUMMARY.values())
if STUDY.retrieval and STUDY.retrieval.captions:
    RESULTS.append(P.headline / "captions.json")
if STUDY.retrieval and STUDY.retrieval.published:
    RESULTS.append(P.replication / "defects.json")
if STUDY.virality:
    RESULTS.append(VIRALITY / "claims.json")
