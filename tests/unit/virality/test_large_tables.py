import pyarrow as pa
import pytest

from clipstudy.tables import TableError, assemble_table, read_encoded, read_table, write_sorted
from clipstudy.virality.groups import encode
from tests.unit.virality.lines import line
from tests.unit.virality.made import observations


def columns():
    table = observations([line(1), line(2, clip=2), line(3)])
    return {name: table[name].chunk(0) for name in table.column_names}


def changed(**changes):
    return assemble_table("observations", columns() | changes)


def test_encoded_text_is_plain_text_in_the_file(tmp_path):
    write_sorted(changed(), tmp_path / "o.parquet")
    plain, coded = (read("observations", tmp_path / "o.parquet") for read in (read_table, read_encoded))
    assert pa.types.is_dictionary(coded.schema.field("clip_id").type)
    assert plain["clip_id"].type == pa.string()
    assert coded.to_pylist() == plain.to_pylist()
    assert encode(plain["clip_id"]).codes.tolist() == encode(coded["clip_id"]).codes.tolist() == [0, 1, 0]


def test_equal_tables_are_equal_bytes(tmp_path):
    for name in ("one", "two"):
        write_sorted(changed(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"position": pa.array([0, 2, 1])}, "not sorted by position"),
        ({"position": pa.array([0, 1, 1])}, "repeated keys"),
        ({"position": pa.array([0, None, 1])}, "1 rows without position"),
        ({"position": pa.array([0.0, 1.0, 2.0])}, "column position: double instead of int64"),
        ({"more": pa.array([1, 2, 3])}, "columns are not as in the contract"),
    ],
)
def test_large_tables_keep_their_contract(changes, fault):
    with pytest.raises(TableError, match=fault):
        changed(**changes)
