"""nbgrader's configuration: its own commands and formgrader's button grade in the jail, like ``python -m grader grade``."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent  # noqa: F821  (traitlets runs this file with __file__ set)
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from grader import catalogue  # noqa: E402

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = catalogue.course().id
if os.environ.get("IDNN_DATABASE"):  # the same gradebook as python -m grader
    c.CourseDirectory.db_url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", os.environ["IDNN_DATABASE"])
c.CourseDirectory.source_directory = str(catalogue.course().root / "notebooks")
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".pytest_cache", "feedback", ".*"]
c.GenerateAssignment.preprocessors = [
    *(f"nbgrader.preprocessors.{name}" for name in (
        "IncludeHeaderFooter", "InstantiateTests", "LockCells", "ClearSolutions", "ClearOutput", "CheckCellMetadata",
        "ComputeChecksums", "SaveCells", "ClearHiddenTests", "ClearMarkScheme", "ComputeChecksums", "CheckCellMetadata",
    )),
    "grader.release.Stamp",
]
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}

# A submission is laid over the released notebook while it is read; then the jail runs it and the judge writes the scores into the
# graded cells, where nbgrader's SaveAutoGrades finds them. Nothing of a student's ever runs in this process or in a bare kernel.
c.Autograde.exporter_class = "grader.nbgrader_plugin.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "grader.nbgrader_plugin.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "grader.late.LatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A page that runs no script and needs no network; the same as ``python -m grader feedback`` writes.
c.GenerateFeedback.exporter_class = "grader.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades"]

# Nobody hands in under another's name or by a link, and a page without a way back ends nothing; both are the owner's alone here.
c.ExchangeFactory.collect = "grader.exchange.Collect"
c.ExchangeFactory.release_feedback = "grader.exchange.ReleaseFeedback"
c.Autograde.permissions = c.GenerateFeedback.permissions = 600
c.Autograde.pre_convert_hook = c.Autograde.post_convert_hook = "grader.nbgrader_plugin.close_course"
c.GenerateFeedback.pre_convert_hook = c.GenerateFeedback.post_convert_hook = "grader.nbgrader_plugin.close_course"

# grades.csv is what ``python -m grader export`` writes, penalties and missing hand-ins included.
c.ExportPlugin.to = "grades-nbgrader.csv"

# Formulas and tables show in formgrader, without the network too.
c.HTMLExporter.filters = {"markdown2html": "grader.nbgrader_plugin.in_formgrader"}

# 10 % for each day begun; off by default. Turn it on for both paths with this line:
# c.AssignLatePenalties.plugin_class = "grader.late.DailyPenalty"
