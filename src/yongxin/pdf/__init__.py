"""Documents as PDF, typeset by typst from templates that stand in this package.

What goes into a document is data and never becomes a part of a template, so nothing that somebody
writes is taken for a command. Typesetting happens in a process of its own: see ``making``.
"""

from yongxin.pdf.making import (
    NoChineseFont,
    NotMade,
    Template,
    TookTooLong,
    make_pdf,
    make_pdfs,
)

__all__ = ["NoChineseFont", "NotMade", "Template", "TookTooLong", "make_pdf", "make_pdfs"]
