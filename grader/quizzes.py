"""Questions as files that a learning-management system imports: Moodle's XML, and QTI 1.2 as Canvas reads it; one variant a student.

Every text goes in as escaped HTML, so nothing of a student's acts there.
"""

from __future__ import annotations

import hashlib
import html
import io
import zipfile
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from assay.questions.display import LETTERS, coded, numbered, plain
from assay.questions.forms import Question

QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_DATE = (2000, 1, 1, 0, 0, 0)  # of what lies in the zip: the same questions give the same bytes


def moodle(assignment: str, students: dict[str, list[Question]]) -> str:
    """Return a question bank for Moodle (*Question bank, Import, Moodle XML*): a category a student."""
    quiz = Element("quiz")
    for student, questions in students.items():
        category = SubElement(quiz, "question", type="category")
        _text(SubElement(category, "category"), f"$course$/top/{_inert(assignment)}/{_inert(student)}")
        for number, question in enumerate(questions, 1):
            one = SubElement(quiz, "question", type="multichoice")
            _text(SubElement(one, "name"), f"{assignment} {student} {number}")
            _text(SubElement(one, "questiontext", format="html"), _asked(question))
            for tag, value in (("defaultgrade", "1"), ("penalty", "1"), ("hidden", "0"), ("single", "true")):
                SubElement(one, tag).text = value
            for tag, value in (("shuffleanswers", "false"), ("answernumbering", "ABCD")):
                SubElement(one, tag).text = value
            for choice in question.choices:
                answer = SubElement(one, "answer", fraction="100" if choice.right else "0", format="html")
                SubElement(answer, "text").text = coded(choice.text)
                _text(SubElement(answer, "feedback", format="html"), coded(choice.why))
    return _written(quiz)


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _inert(name: str) -> str:
    """Return a name for a category's path, in which a slash would begin another one."""
    return name.replace("/", "//")


def canvas(assignment: str, students: dict[str, list[Question]]) -> bytes:
    """Return a zip for Canvas (*Settings, Import course content, QTI .zip file*): an unpublished quiz a student."""
    manifest = Element("manifest", identifier=_name("manifest", assignment), xmlns=PACKAGE)
    metadata = SubElement(manifest, "metadata")
    SubElement(metadata, "schema").text = "IMS Content"
    SubElement(metadata, "schemaversion").text = "1.1.3"
    SubElement(manifest, "organizations")
    resources = SubElement(manifest, "resources")
    files: dict[str, str] = {}
    for student, questions in students.items():
        name = _name("quiz", assignment, student)
        title = f"{assignment}: questions for {student}"
        files[f"{name}/{name}.xml"] = _written(_assessment(name, title, questions))
        files[f"{name}/assessment_meta.xml"] = _written(_meta(name, title, len(questions)))
        kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
        own = SubElement(resources, "resource", identifier=name, type="imsqti_xmlv1p2")
        SubElement(own, "file", href=f"{name}/{name}.xml")
        SubElement(own, "dependency", identifierref=f"{name}-meta")
        meta = SubElement(
            resources, "resource", identifier=f"{name}-meta", type=kind, href=f"{name}/assessment_meta.xml"
        )
        SubElement(meta, "file", href=f"{name}/assessment_meta.xml")
    files = {"imsmanifest.xml": _written(manifest), **files}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, _DATE), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _assessment(name: str, title: str, questions: list[Question]) -> Element:
    root = Element("questestinterop", xmlns=QTI)
    assessment = SubElement(root, "assessment", ident=name, title=title)
    _field(SubElement(assessment, "qtimetadata"), "cc_maxattempts", "1")
    section = SubElement(assessment, "section", ident="root_section")
    for number, question in enumerate(questions, 1):
        item = SubElement(section, "item", ident=f"{name}-{number}", title=f"Question {number}")
        fields = SubElement(SubElement(item, "itemmetadata"), "qtimetadata")
        _field(fields, "question_type", "multiple_choice_question")
        _field(fields, "points_possible", "1")
        shown = SubElement(item, "presentation")
        _material(shown, _asked(question))
        response = SubElement(shown, "response_lid", ident="response1", rcardinality="Single")
        choices = SubElement(response, "render_choice")
        for letter, choice in zip(LETTERS, question.choices):
            _material(SubElement(choices, "response_label", ident=f"{number}{letter}"), coded(choice.text))
        processing = SubElement(item, "resprocessing")
        SubElement(
            SubElement(processing, "outcomes"),
            "decvar",
            maxvalue="100",
            minvalue="0",
            varname="SCORE",
            vartype="Decimal",
        )
        for letter in LETTERS[: len(question.choices)]:
            _condition(processing, f"{number}{letter}", "Yes", feedback=f"{number}{letter}_fb")
        _condition(processing, f"{number}{LETTERS[question.right]}", "No", score="100")
        for letter, choice in zip(LETTERS, question.choices):
            _material(
                SubElement(SubElement(item, "itemfeedback", ident=f"{number}{letter}_fb"), "flow_mat"),
                coded(choice.why),
            )
    return root


def _field(parent: Element, label: str, entry: str) -> None:
    one = SubElement(parent, "qtimetadatafield")
    SubElement(one, "fieldlabel").text = label
    SubElement(one, "fieldentry").text = entry


def _material(parent: Element, text: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = text


def _condition(parent: Element, choice: str, goes_on: str, score: str = "", feedback: str = "") -> None:
    one = SubElement(parent, "respcondition", {"continue": goes_on})
    SubElement(SubElement(one, "conditionvar"), "varequal", respident="response1").text = choice
    if score:
        SubElement(one, "setvar", action="Set", varname="SCORE").text = score
    if feedback:
        SubElement(one, "displayfeedback", feedbacktype="Response", linkrefid=feedback)


def _meta(name: str, title: str, points: int) -> Element:
    quiz = Element("quiz", identifier=name, xmlns=CANVAS)
    for tag, value in (
        ("title", title),
        ("quiz_type", "practice_quiz"),
        ("points_possible", f"{points}.0"),
        ("shuffle_answers", "false"),
        ("allowed_attempts", "1"),
        ("available", "false"),
    ):
        SubElement(quiz, tag).text = value
    return quiz


def _name(*words: str) -> str:
    """Return an identifier of letters and digits that hangs on some words."""
    return f"{words[0]}-{hashlib.sha256(chr(0).join(words).encode()).hexdigest()[:16]}"


def _asked(question: Question) -> str:
    """Return a question with its call and the function's lines as HTML."""
    lines = "\n".join(f"{number:>3}  {html.escape(text)}" for number, text in numbered(question.source))
    return (
        f"<p>{coded(question.asked)}</p><p>The call:</p><pre>{html.escape(question.call)}</pre>"
        f"<p>Your function <code>{html.escape(plain(question.exercise))}</code>:</p><pre>{lines}</pre>"
    )


def _written(root: Element) -> str:
    """Return a tree as text, without the characters that XML does not have."""
    for node in root.iter():
        if node.text:
            node.text = "".join(
                one
                for one in node.text
                if one in "\t\n" or " " <= one <= "\ud7ff" or "\ue000" <= one <= "\ufffd" or one > "\uffff"
            )
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
