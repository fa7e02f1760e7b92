"""Typesets what it reads: ``python -m yongxin.pdf plan < data.json > plan.pdf``.

With ``--each`` every line is the data of a document of its own, and before each PDF stands its
length in eight bytes, so that whoever asks for many need not start a process for each.
"""

import json
import sys

import typst

from yongxin.pdf.making import EACH, FAILED, LENGTH, NO_CHINESE_FONT
from yongxin.pdf.typesetting import FontMissing, Typesetter


def main() -> int:
    """Write the PDF, or all of them; return the exit code."""
    template, *options = sys.argv[1:]
    source, target = sys.stdin.buffer, sys.stdout.buffer
    try:
        typesetter = Typesetter(template)
        if EACH not in options:
            target.write(typesetter.typeset(json.load(source))[0])
            return 0
        for line in source:
            (made,) = typesetter.typeset(json.loads(line))
            target.write(LENGTH.pack(len(made)) + made)
            target.flush()
    except FontMissing:
        return NO_CHINESE_FONT
    except typst.TypstError as error:
        # Its diagnostics quote the template; the message may quote the text, and stays here.
        sys.stderr.write(f"{type(error).__name__}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
