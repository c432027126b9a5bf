"""``python -m crossguard``."""

import sys

from crossguard.cli.main import main

sys.exit(main())
