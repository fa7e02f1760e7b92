"""Self-assessments hang together: every question counts for something, every number has a band."""

from yongxin.content.draft import Draft
from yongxin.items.assessment.slips import slips


def check_assessments(draft: Draft) -> None:
    """Report what is wrong between the fields of each self-assessment, at its line."""
    for module in draft.modules.values():
        for sheet in module.assessments.valid:
            for slip in slips(sheet.value):
                line = sheet.line(*slip.place)
                field = "".join(
                    f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in slip.place
                ).removeprefix(".")
                if slip.allowed:
                    sheet.report.add_unknown(line, field, slip.found, slip.allowed, slip.message)
                else:
                    sheet.report.add(line, field, slip.message, slip.found)
