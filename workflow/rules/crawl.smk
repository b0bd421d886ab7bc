"""The crawl of a simulated world's feed with a real browser, and a photograph of what it looks at."""

if STUDY.world and STUDY.crawl:

    rule crawl_feed:
        input:
            truth=rules.simulate_world.output.truth,
            config=section("study", "crawl"),
            package=package("crawl_feed"),
        output:
            runs=directory(P.raw / "feed"),
        log:
            f"logs/{STUDY.name}/crawl_feed.log",
        params:
            study=str(P.config),
            unfinished=str(P.interim / "crawl"),
        message:
            "Crawling the feed of {params.study} with a browser"
        script:
            "../../scripts/crawl_feed.py"


if STUDY.world and STUDY.virality and (STUDY.crawl or STUDY.acquire):

    rule photograph_preview:
        input:
            truth=rules.simulate_world.output.truth,
            media=rules.render_media.output.media,
            config=section("crawl" if STUDY.crawl else "acquire"),
            package=package("photograph_preview"),
        output:
            png=P.figures / "profile_preview.png",
        log:
            f"logs/{STUDY.name}/photograph_preview.log",
        params:
            study=str(P.config),
        message:
            "Photographing the preview of a profile whose likes have overflowed"
        script:
            "../../scripts/photograph_preview.py"
