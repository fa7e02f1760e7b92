"""What lies beside a handed-in notebook: the answers, and links that never count."""

from pathlib import Path

from yongxin.grading import answers as answers_file
from yongxin.grading.answers import Answers, RefusedAnswers
from yongxin.grading.findings import Finding
from yongxin.grading.links import report_links


def look_beside(folder: Path, username: str) -> tuple[Answers | None, list[Finding]]:
    """Return the answers in a submission's folder, and what is wrong with what lies in it.

    ``username`` is whoever has handed it in. Answers that were refused are ``None``.
    """
    findings = list(report_links(folder))
    try:
        return answers_file.read(folder / answers_file.FILE_NAME, username), findings
    except RefusedAnswers as error:
        return None, [*findings, Finding(code="answers-refused", detail=str(error))]
