"""``python -m yongxin`` is the command ``yongxin``."""

import sys

from yongxin.cli import main

sys.exit(main())
