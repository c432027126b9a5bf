"""Start Vite with hot reload and the API with reload, on two origins, until Ctrl-C.

API_PORT and WEB_PORT are passed on; whichever process ends first takes the other with it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
GRACE = 5.0


def main() -> int:
    environment = {"API_PORT": "5000", "WEB_PORT": "8080"} | dict(os.environ)
    commands = [
        [sys.executable, "-m", "crossguard.console", "dev"],
        [sys.executable, str(ROOT / "tools" / "npm.py"), "run", "dev"],
    ]
    # Each in a group of its own, so that reloaders and shells below it end with it.
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True) for command in commands
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
    return max(process.returncode or 0 for process in processes)


if __name__ == "__main__":
    sys.exit(main())
