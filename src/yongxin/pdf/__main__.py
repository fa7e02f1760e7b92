"""Typesets what it reads: ``python -m yongxin.pdf plan < data.json > plan.pdf``."""

import json
import sys

import typst

from yongxin.pdf.making import FAILED, NO_CHINESE_FONT
from yongxin.pdf.typesetting import FontMissing, typeset


def main() -> int:
    """Write the PDF; return the exit code."""
    try:
        (made,) = typeset(sys.argv[1], json.load(sys.stdin.buffer))
    except FontMissing:
        return NO_CHINESE_FONT
    except typst.TypstError as error:
        # Its diagnostics quote the template; the message may quote the text, and stays here.
        sys.stderr.write(f"{type(error).__name__}\n")
        return FAILED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
