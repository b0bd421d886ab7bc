"""The scrape of a simulated world's site with a real browser."""

from math import ceil

SCRAPED_BATCHES = []
SCRAPE_FAILURES = P.raw / "failures.jsonl"
if STUDY.world and STUDY.acquire:
    clips = min(STUDY.world.clips, STUDY.acquire.clips or STUDY.world.clips)
    SCRAPED_BATCHES = [P.raw / f"batch_{n + 1}.json" for n in range(ceil(clips / STUDY.acquire.batch_size))]

    # The journal of an unfinished scrape is no output: Snakemake would delete it before the scrape goes on.
    rule scrape_site:
        input:
            truth=rules.simulate_world.output.truth,
            media=rules.render_media.output.media,
            config=section("study", "acquire"),
            package=package("scrape_site"),
        output:
            batches=SCRAPED_BATCHES,
            failures=SCRAPE_FAILURES,
        log:
            f"logs/{STUDY.name}/scrape_site.log",
        params:
            study=str(P.config),
            journal=str(P.interim / "scrape/journal.jsonl"),
        message:
            "Scraping the site of {params.study} with a browser"
        script:
            "../../scripts/scrape_site.py"
