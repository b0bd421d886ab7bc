"""The scrape of a simulated world's site with a real browser."""

from math import ceil

SCRAPED_BATCHES = []
SCRAPE_FAILURES = P.raw / "failures.jsonl"
# what the package reads beside its modules: scripts that run in pages, and the pages of the replica
SCRAPE_FILES = sorted(
    str(path)
    for folder in ("acquire/scripts", "world/site/static", "world/site/templates")
    for path in Path("src/clipstudy", folder).iterdir()
)

if STUDY.world and STUDY.acquire:
    clips = min(STUDY.world.clips, STUDY.acquire.clips or STUDY.world.clips)
    SCRAPED_BATCHES = [P.raw / f"batch_{n + 1}.json" for n in range(ceil(clips / STUDY.acquire.batch_size))]

    # The journal of an unfinished scrape is no output: Snakemake would delete it before the scrape goes on.
    rule scrape_site:
        input:
            truth=rules.simulate_world.output.truth,
            media=rules.render_media.output.media,
            config=section("study", "acquire"),
            package=package("acquire", "world/model", "world/site"),
            files=SCRAPE_FILES,
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
