"""Test the claims of the published report on a study: on its panel, or where it has none, on its clips."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_table, write_json
from clipstudy.virality.claims import Panel, check_peak_rate, judge_clips, judge_panel
from clipstudy.virality.resample import significant

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        study = load_study(snakemake.params.study)
        if study.virality.runs:
            names = ("rates", "uploads", "creators", "observations")
            frames = {name: read_table(name, snakemake.input[name]).to_pandas() for name in names}
            effect = json.loads(Path(snakemake.input.effect).read_text(encoding="utf-8"))
            claims = judge_panel(Panel(**frames, effect=effect), study.seed)
        else:
            claims = judge_clips(read_table("clips", snakemake.input.clips).to_pandas(), study.seed)
        found = {"claims": claims, "peak_rate": check_peak_rate(), "simulated": study.simulated}
        write_json(significant(found, 4), snakemake.output.claims)
