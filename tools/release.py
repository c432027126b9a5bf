"""Build and check what would be uploaded; `make release` does all but the upload.

Lints the workflow that uploads, builds sdist and wheel into dist/, checks their contents and how their
description is shown, and installs the wheel with each extra on every Python that is at hand.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
#: What each extra has to make possible.
PROOFS = {
    "": "import crossguard, crossguard.wsgi, crossguard.asgi; crossguard.load_config",
    "flask": "from crossguard.flask import CORS; from flask import Flask; CORS(Flask('a'))",
    "console": (
        "import crossguard.console.app; from importlib.resources import files; "
        "assert files('crossguard.console').joinpath('static/index.html').is_file()"
    ),
    "sql": "from crossguard.sql import SqlOrigins",
    "postgresql": "import psycopg",
    "prometheus": "from crossguard.metrics import PrometheusMetrics; PrometheusMetrics()",
    "opentelemetry": "from crossguard.metrics import OpenTelemetryMetrics; OpenTelemetryMetrics()",
    "production": "import gunicorn",
    "redis": "import redis",
    "completion": "from crossguard.cli.main import main; assert main(['--completion', 'bash']) == 0",
}


def run(*words: str | Path) -> None:
    """Run a command and end with its status if it fails."""
    sys.stdout.write(f"$ {' '.join(Path(word).name if isinstance(word, Path) else word for word in words)}\n")
    sys.stdout.flush()
    done = subprocess.run([str(word) for word in words], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def pythons() -> list[str]:
    """Return the supported Pythons that start on this machine, this one included."""
    found = {f"{sys.version_info[0]}.{sys.version_info[1]}": sys.executable}
    # Version managers keep Pythons side by side, and the commands on PATH may only point at one of them.
    beside = Path(sys.base_prefix).parent
    for version in PYTHONS:
        named = shutil.which(f"python{version}")
        for path in (*([named] if named else ()), *map(str, beside.glob(f"{version}.*/bin/python3"))):
            if subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
                found.setdefault(version, path)
    return list(found.values())


def install(python: str, wheel: Path, extra: str) -> None:
    """Install *wheel* with *extra* into a new environment and prove that it works there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder) / "venv"
        run(python, "-m", "venv", environment)
        inside = environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        target = f"{wheel}[{extra}]" if extra else str(wheel)
        run(inside, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", target)
        run(inside, "-c", PROOFS[extra])


def main() -> int:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    unproved = extras.keys() - PROOFS.keys()
    if unproved:
        sys.stderr.write(f"tools/release.py has no proof for the extras {', '.join(sorted(unproved))}\n")
        return 1
    run(Path(sys.executable).with_name("zizmor"), "--offline", "--quiet", ".github/workflows")
    shutil.rmtree(DIST, ignore_errors=True)
    run(sys.executable, "-m", "hatchling", "build")
    (wheel,) = DIST.glob("*.whl")
    run(sys.executable, "-m", "check_wheel_contents", wheel)
    run(sys.executable, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir()))
    for python in pythons():
        for extra in PROOFS:
            install(python, wheel, extra)
    sys.stdout.write(f"Ready to upload: {', '.join(path.name for path in sorted(DIST.iterdir()))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
