"""LaTeX for real: the same bytes anywhere, and errors that say where to look."""

from pathlib import Path

import pytest

from clipstudy.paper.compile import compile_paper, find_faults
from clipstudy.study import StudyError

PREAMBLE = r"\documentclass{article}\pdfinfoomitdate=1\pdftrailerid{}\pdfsuppressptexinfo=-1\begin{document}"


def write_main(folder: Path, body: str) -> dict[str, Path]:
    folder.mkdir(exist_ok=True)
    main = folder / "main.tex"
    main.write_text(rf"{PREAMBLE}{body}\end{{document}}")
    return {"main.tex": main}


def test_pdf_is_the_same_bytes_anywhere(tmp_path, monkeypatch):
    for folder, zone in (("a", "UTC"), ("b", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        compile_paper(write_main(tmp_path / folder, r"\today"), tmp_path / folder / "out.pdf", 1670198400)
    assert (tmp_path / "a/out.pdf").read_bytes() == (tmp_path / "b/out.pdf").read_bytes()
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["main.tex", "out.pdf"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (r"\nosuchmacro", "Undefined control sequence"),
        (r"See~\ref{nowhere}.", "Reference `nowhere' on page 1 undefined"),
        (r"\noindent\rule{1.2\textwidth}{1pt}", "Overfull"),
    ],
)
def test_faults_stop_the_build_and_are_named(tmp_path, body, message):
    output = tmp_path / "out.pdf"
    with pytest.raises(StudyError, match=message):
        compile_paper(write_main(tmp_path, body), output, 0)
    assert not output.exists()


def test_small_overhang_is_no_fault():
    log = "Overfull \\hbox (4.9pt too wide) in paragraph at lines 1--2\n"
    assert find_faults(log) == []
    assert find_faults(log.replace("4.9", "5.1")) == [log.replace("4.9", "5.1").strip()]
