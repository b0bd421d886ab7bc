"""The table of defects: dots for what did not change, bold for what no longer holds."""

from clipstudy.paper.defects import CONCLUSIONS, HEADS, tabulate_defects
from clipstudy.retrieval.defects import RULES, VARIANTS
from tests.unit.paper.made import make_defects


def row(table: str, label: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(label)]
    return line.removesuffix(r" \\").split(" & ")[1:]


def test_the_table_has_every_variant_and_conclusion():
    assert list(HEADS) == list(VARIANTS)
    assert set(CONCLUSIONS) == set(RULES)
    lines = tabulate_defects(make_defects()).splitlines()
    # 2 runs of 7 figures, 12 schemes, 8 sets of texts, 7 conclusions; 7 rules, the head, begin and end
    assert len(lines) == 14 + 12 + 8 + 7 + 7 + 3
    assert all(line.count("&") == 6 for line in lines if "&" in line)


def test_what_prints_as_published_is_a_dot():
    defects = make_defects()
    defects["figures"]["cosine"]["bpc_share_first"] = 0.5
    defects["figures"]["ties"]["bpc_share_first"] = 0.25004  # 25.0%, as published
    cells = row(tabulate_defects(defects), r"\texttt{bpc}")
    assert cells == [r"25.0\%, 3", r"50.0\%, 3", *[r"$\cdot$"] * 4]


def test_a_conclusion_that_no_longer_holds_is_bold():
    defects = make_defects()
    defects["conclusions"]["quotes"]["char4_best"] = {"points": -0.381, "holds": False}
    cells = row(tabulate_defects(defects), "Margin: 4-grams")
    assert cells == ["+1.00", *[r"$\cdot$"] * 3, r"\textbf{$-$0.38}", r"$\cdot$"]


def test_no_margin_has_no_sign():
    defects = make_defects()
    defects["conclusions"]["published"]["no_normalisation_always"] = {"points": 0.0, "holds": True}
    assert row(tabulate_defects(defects), "Margin: no scheme")[:2] == ["0.00", "+1.00"]
