"""Join the tables of all tokenisations: `indexes` and `ranks` of the whole grid."""

from typing import TYPE_CHECKING

import pyarrow as pa

from clipstudy.steps import run_step
from clipstudy.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with run_step(snakemake.rule, snakemake.log[0]):
        for name in ("indexes", "ranks"):
            parts = [read_table(name, path) for path in snakemake.input[name]]
            write_table(name, pa.concat_tables(parts), snakemake.output[name])
