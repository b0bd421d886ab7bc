"""clipstudy: from raw scrape JSON to a compiled paper. Choose a study with `--config study=<name>`."""

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/workflow.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/world.smk"
include: "workflow/rules/feed.smk"
include: "workflow/rules/scrape.smk"
include: "workflow/rules/crawl.smk"
include: "workflow/rules/acquire.smk"
include: "workflow/rules/corpus.smk"
include: "workflow/rules/media.smk"
include: "workflow/rules/retrieval.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/emulation.smk"
include: "workflow/rules/replication.smk"
include: "workflow/rules/virality.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/virality_figures.smk"
include: "workflow/rules/summary.smk"
include: "workflow/rules/paper.smk"


rule all:
    default_target: True
    input:
        rules.compile_paper.output.pdf,
        RESULTS,
