"""Hold what a study found in a simulated feed against the truth: the headline numbers of the virality part."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clipstudy.steps import run_step
from clipstudy.study import load_study
from clipstudy.tables import read_encoded, read_table, write_json
from clipstudy.virality.recovery import measure_recovery
from clipstudy.virality.resample import significant

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        config = load_study(snakemake.params.study).virality
        truth = {Path(path).stem: read_table(Path(path).stem, path) for path in snakemake.input.truth}
        recovered = measure_recovery(read_encoded("observations", snakemake.input.observations), truth, config)
        coverage = json.loads(Path(snakemake.input.coverage).read_text(encoding="utf-8"))["coverage"]
        write_json(significant({**recovered, "follower_effect_coverage": coverage}, 5), snakemake.output.headline)
