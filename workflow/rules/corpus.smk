"""From raw data to the tables of a study."""

from fnmatch import fnmatch


def raw_batches(wildcards):
    """Scrape batches: those among the sources, and those that a rule scrapes or else those that are there already."""
    published = [P.data / source.path for source in STUDY.sources]
    batches = {path for path in published if any(fnmatch(path, P.data / glob) for glob in STUDY.corpus.batches)}
    # what is there beside scraped ones may be of a longer scrape before, which the next one takes away
    batches.update(SCRAPED_BATCHES or (path for glob in STUDY.corpus.batches for path in P.data.glob(glob)))
    return sorted(batches)


def named_files(wildcards):
    """Cover texts, transcripts and queries, as far as the study has them, and what the scraper could not read."""
    named = [STUDY.corpus.covers, STUDY.corpus.speech, STUDY.corpus.queries]
    has_failures = bool(SCRAPED_BATCHES) or SCRAPE_FAILURES.exists()
    return [P.data / name for name in named if name] + [SCRAPE_FAILURES] * has_failures


rule build_corpus:
    input:
        batches=raw_batches,
        named=named_files,
        config=section("corpus"),
        package=package("build_corpus"),
    output:
        clips=P.processed / "clips.parquet",
        comments=P.processed / "comments.parquet",
        queries=P.processed / "queries.parquet",
        rejected=P.processed / "rejected.parquet",
    log:
        f"logs/{STUDY.name}/build_corpus.log",
    params:
        study=str(P.config),
    message:
        "Building the tables of {params.study}"
    script:
        "../../scripts/build_corpus.py"
