import json
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipstudy.tables import (
    SCHEMAS,
    TableError,
    build_table,
    check_table,
    read_table,
    write_columns,
    write_json,
    write_table,
)

RANKS = [
    {"index_id": index, "scheme": scheme, "query_id": query, "best": best, "worst": best, "expected": 1.5}
    for index in ("a", "b")
    for scheme in ("bpx", "txx")
    for query, best in ((1, 3), (2, None))
]


def ranks_table(rows=RANKS):
    return build_table("ranks", {name: [row[name] for row in rows] for name in rows[0]})


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_table_can_be_empty(name, tmp_path):
    path = tmp_path / "deep" / "table.parquet"
    write_table(name, build_table(name, {}), path)
    assert read_table(name, path).schema.equals(SCHEMAS[name].columns)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_columns_of_a_key_are_the_ones_that_may_not_be_null(name):
    schema, key = SCHEMAS[name]
    assert [field.name for field in schema if not field.nullable] == [n for n in schema.names if n in key]


class TestBuildTable:
    def test_columns_that_are_not_given_are_null(self):
        table = build_table("queries", {"query_id": [2, 1], "text": ["b", "a"]})
        assert table["query_id"].to_pylist() == [1, 2]
        assert table["text"].to_pylist() == ["a", "b"]
        assert table["author"].to_pylist() == [None, None]

    def test_nan_is_null_in_a_column_of_whole_numbers(self):
        table = build_table("queries", {"query_id": np.array([1.0, 2.0])})
        assert table["query_id"].to_pylist() == [1, 2]
        columns = {"index_id": ["a"], "scheme": ["bpx"], "query_id": [1], "best": np.array([np.nan])}
        assert build_table("ranks", columns)["best"].to_pylist() == [None]

    @pytest.mark.parametrize(
        ("columns", "told"),
        [
            ({"query_id": [1], "colour": ["red"]}, "table queries: unknown columns colour"),
            ({"query_id": ["one"]}, "table queries, column query_id: "),
            ({"query_id": [1.5]}, "table queries, column query_id: "),
            ({"query_id": np.array([1.5])}, "table queries, column query_id: "),
            ({"query_id": [1], "text": [7]}, "table queries, column text: "),
            ({"query_id": [1, None]}, "table queries: 1 rows without query_id"),
            ({"query_id": [3, 1, 3, 3]}, "table queries: 2 repeated keys, first {'query_id': 3}"),
        ],
    )
    def test_what_breaks_the_contract_is_refused(self, columns, told):
        with pytest.raises(TableError) as error:
            build_table("queries", columns)
        assert str(error.value).startswith(told)

    def test_a_key_is_repeated_only_where_all_its_columns_are(self):
        assert ranks_table().num_rows == 8
        with pytest.raises(TableError, match=r"1 repeated keys, first .*'scheme': 'txx', 'query_id': 2"):
            ranks_table([*RANKS, RANKS[-1]])


class TestCheckTable:
    def test_another_order_or_type_of_columns_is_refused(self):
        table = ranks_table()
        for other in (table.select(table.schema.names[::-1]), table.drop_columns("best")):
            with pytest.raises(TableError, match="columns are not as in the contract"):
                check_table("ranks", other)

    def test_sorts_by_the_key(self):
        table = ranks_table()
        assert check_table("ranks", table.take([5, 2, 7, 0, 1, 6, 3, 4])).equals(table)


class TestWriteTable:
    @given(st.randoms(use_true_random=False))
    def test_equal_tables_give_equal_bytes_whatever_the_order_and_chunks(self, tmp_path_factory, order: random.Random):
        folder = tmp_path_factory.mktemp("tables")
        rows = list(range(len(RANKS)))
        order.shuffle(rows)
        cut = order.randrange(len(rows))
        shuffled = pa.concat_tables(
            [ranks_table().take(pa.array(part, pa.int64())) for part in (rows[:cut], rows[cut:])]
        )
        write_table("ranks", ranks_table(), folder / "one.parquet")
        write_table("ranks", shuffled, folder / "two.parquet")
        assert (folder / "one.parquet").read_bytes() == (folder / "two.parquet").read_bytes()

    def test_no_pandas_metadata(self, tmp_path):
        frame = ranks_table().to_pandas()
        write_columns(pa.Table.from_pandas(frame, preserve_index=False), tmp_path / "derived.parquet")
        assert pq.read_schema(tmp_path / "derived.parquet").metadata is None
        assert pq.ParquetFile(tmp_path / "derived.parquet").metadata.row_group(0).column(0).compression == "ZSTD"

    def test_what_is_refused_leaves_the_file_as_it_was(self, tmp_path):
        path = tmp_path / "ranks.parquet"
        write_table("ranks", ranks_table(), path)
        before = path.read_bytes()
        with pytest.raises(TableError):
            write_table("ranks", ranks_table().drop_columns("best"), path)
        assert path.read_bytes() == before
        assert [p.name for p in tmp_path.iterdir()] == ["ranks.parquet"]


class TestReadTable:
    def test_round_trip(self, tmp_path):
        write_table("ranks", ranks_table(), tmp_path / "ranks.parquet")
        assert read_table("ranks", tmp_path / "ranks.parquet").equals(ranks_table())
        assert read_table("ranks", tmp_path / "ranks.parquet", columns=["best"]).column_names == ["best"]

    def test_not_parquet(self, tmp_path):
        path = tmp_path / "ranks.parquet"
        path.write_bytes(b"PAR1 but not really")
        with pytest.raises(TableError, match=r"ranks\.parquet: not a readable Parquet file"):
            read_table("ranks", path)

    def test_another_table(self, tmp_path):
        path = tmp_path / "ranks.parquet"
        write_columns(pa.table({"index_id": ["a"]}), path)
        with pytest.raises(TableError, match="columns are not as in the contract"):
            read_table("ranks", path)


class TestWriteJson:
    def test_sorted_indented_and_ended(self, tmp_path):
        write_json({"b": [1, 0.5], "a": "\u00e9"}, tmp_path / "deep" / "x.json")
        text = (tmp_path / "deep" / "x.json").read_text(encoding="utf-8")
        assert text == '{\n  "a": "\\u00e9",\n  "b": [\n    1,\n    0.5\n  ]\n}\n'

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("nan")])
    def test_what_is_not_a_finite_number_is_refused(self, tmp_path, value):
        path = tmp_path / "x.json"
        write_json({"a": 1}, path)
        with pytest.raises(ValueError, match="not JSON compliant"):
            write_json({"a": value}, path)
        assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}
        assert [p.name for p in tmp_path.iterdir()] == ["x.json"]

    def test_what_json_does_not_know_is_refused(self, tmp_path):
        with pytest.raises(TypeError, match="int64 is not JSON serializable"):
            write_json({"a": np.int64(1)}, tmp_path / "x.json")
