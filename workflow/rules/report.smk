"""What `make report` shows: captions, categories and labels of the figures and the paper."""

from clipstudy.figures import FIGURES

# for the captions, which are templates
config["title"] = STUDY.paper.title
config["data_note"] = "Simulated data." if STUDY.simulated else ""
SUBJECTS = {
    "target_ranks": "Where targets are ranked",
    "grid_choices": "What the choices of the grid do",
    "index_costs": "What indexes cost",
    "replication": "Replication",
    "virality_growth": "How clips and creators grow",
    "virality_ratios": "What likes, comments and followers have to do with each other",
    "virality_clips": "Comments and likes of clips",
    "virality_uploads": "Uploads and sounds",
    "virality_episodes": "Viral episodes",
    "virality_recovery": "What is recovered of the truth",
}


report: "../report/workflow.rst"


def show(path, caption, category, **shown):
    """A result, marked for the report with the caption `workflow/report/<caption>.rst`."""
    return report(str(path), caption=workflow.source_path(f"../report/{caption}.rst"), category=category, **shown)


def report_figures(subject):
    """Figures of a subject as PNG, marked for the report."""
    titles = {name: name.replace("_", " ").capitalize() for name in FIGURES[subject]}
    return [
        show(P.figures / f"{name}.png", name, "Figures", subcategory=SUBJECTS[subject], labels={"figure": title})
        for name, title in titles.items()
    ]


def report_paper(path):
    """The paper, marked for the report."""
    return show(path, "paper", "Paper", labels={"paper": STUDY.paper.title})
