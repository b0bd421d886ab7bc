"""Media of the clips and the texts in them, in jobs of some clips each.

The media themselves (`data/<study>/media/<clip>/`) are no outputs: Snakemake would delete them before a job, and a
second run must fetch only what is not there.
"""

MEDIA_JOBS = P.interim / "media"


def scraped_batches(wildcards):
    """Scrape batches, as the tables are built from them."""
    return raw_batches(wildcards)


def media_jobs(name):
    """Input function: this result of every job of the plan."""

    def files(wildcards):
        plan = checkpoints.plan_media.get().output.plan
        return [MEDIA_JOBS / job / name for job in read_json(plan)["jobs"]]

    return files


if STUDY.media:

    from clipstudy.media.batches import read_json

    checkpoint plan_media:
        input:
            batches=scraped_batches,
            config=section("media"),
            package=package("plan_media"),
        output:
            plan=MEDIA_JOBS / "plan.json",
        log:
            f"logs/{STUDY.name}/plan_media.log",
        params:
            study=str(P.config),
        message:
            "Planning the media jobs of {params.study}"
        script:
            "../../scripts/plan_media.py"

    rule download_media:
        input:
            plan=rules.plan_media.output.plan,
            config=section("study", "media"),
            package=package("download_media"),
            world=[rules.simulate_world.output.truth, rules.render_media.output.media] if STUDY.world else [],
        output:
            ledger=MEDIA_JOBS / "{job}/downloads.parquet",
        log:
            f"logs/{STUDY.name}/download_media/{{job}}.log",
            attempts=P.timings / "download_media/{job}.json",
        params:
            study=str(P.config),
        message:
            "Downloading the media of job {wildcards.job}"
        script:
            "../../scripts/download_media.py"

    rule read_covers:
        input:
            plan=rules.plan_media.output.plan,
            ledger=rules.download_media.output.ledger,
            config=section("media"),
            package=package("read_covers"),
        output:
            covers=MEDIA_JOBS / "{job}/covers.json",
        log:
            f"logs/{STUDY.name}/read_covers/{{job}}.log",
        params:
            study=str(P.config),
        message:
            "Reading the covers of job {wildcards.job}"
        script:
            "../../scripts/read_covers.py"

    rule extract_audio:
        input:
            plan=rules.plan_media.output.plan,
            ledger=rules.download_media.output.ledger,
            package=package("extract_audio"),
        output:
            audio=MEDIA_JOBS / "{job}/audio.json",
            sound=temp(directory(MEDIA_JOBS / "{job}/sound")),
        log:
            f"logs/{STUDY.name}/extract_audio/{{job}}.log",
        params:
            study=str(P.config),
        message:
            "Extracting the sound of job {wildcards.job}"
        script:
            "../../scripts/extract_audio.py"

    rule transcribe_speech:
        input:
            audio=rules.extract_audio.output.audio,
            sound=rules.extract_audio.output.sound,
            config=section("media"),
            package=package("transcribe_speech"),
        output:
            speech=MEDIA_JOBS / "{job}/speech.json",
        log:
            f"logs/{STUDY.name}/transcribe_speech/{{job}}.log",
        threads: STUDY.media.speech.cpu_threads
        params:
            study=str(P.config),
        message:
            "Transcribing the speech of job {wildcards.job}"
        script:
            "../../scripts/transcribe_speech.py"

    rule gather_texts:
        input:
            ledgers=media_jobs("downloads.parquet"),
            covers=media_jobs("covers.json"),
            audio=media_jobs("audio.json"),
            speech=media_jobs("speech.json"),
            package=package("gather_texts"),
        output:
            covers=P.interim / "covers.json",
            speech=P.interim / "speech.json",
            downloads=P.interim / "downloads.parquet",
            texts=P.interim / "media_texts.parquet",
        log:
            f"logs/{STUDY.name}/gather_texts.log",
        message:
            "Gathering cover texts and transcripts"
        script:
            "../../scripts/gather_texts.py"
