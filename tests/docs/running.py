"""Runs the blocks of one page in order, as a reader would: each sees what those before it have made."""

import contextlib
import io
import json
import logging
import os
import traceback
from pathlib import Path
from typing import Any

from flask import Flask

from crossguard.devtools.access import FILE_VARIABLE, access
from tests.docs.exchanges import check_exchange, parse_exchanges
from tests.docs.markdown import Block

# What a block in the middle of a page calls itself in a log line.
FILE = "app.py"


class Page:
    """The state that the blocks of one page share."""

    def __init__(self) -> None:
        # A process prints the address of debug once, at the first request: a reader's does so before these.
        access(Path(os.environ[FILE_VARIABLE])).prints = False
        self.namespace: dict[str, Any] = {"__name__": "app"}
        self.printed = ""
        # A page gives several applications one name. The views of an earlier one stay in the namespace, and
        # would govern nothing as soon as it was collected, whenever that is.
        self._kept: list[Any] = []

    def run(self, block: Block) -> None:
        """Run or check *block*; raises AssertionError where the page is wrong."""
        match block.language:
            case "python" if block.value("file"):
                compile(block.text, block.value("file"), "exec")
            case "python":
                self._run_python(block)
            case "http":
                self._run_http(block)
            case "text" if "output" in block.words:
                shown, printed = block.text.strip(), self.printed.strip()
                assert shown == printed, f"{block} shows\n{shown}\nand it is\n{printed}"
            case "text" if "log" in block.words:
                for line in block.text.splitlines():
                    assert line in self.printed.splitlines(), f"{block} shows\n{line}\nof\n{self.printed}"
            case "json":
                document = json.loads(block.text)
                if "output" in block.words:
                    assert json.loads(self.printed) == document, str(block)

    def _run_python(self, block: Block) -> None:
        raises = block.value("raises")
        code = compile(block.text, FILE, "exec")
        try:
            with self._printing():
                exec(code, self.namespace)  # noqa: S102 - the pages are ours
            self._kept.append(self.namespace.get("app"))
        except Exception as error:
            if type(error).__name__ != raises:
                raise
            self.printed += "".join(traceback.format_exception_only(error))
        else:
            assert not raises, f"{block} does not raise {raises}"

    def _run_http(self, block: Block) -> None:
        app = self.namespace["app"]
        assert isinstance(app, Flask), f"{block}: there is no app"
        with self._printing():
            for exchange in parse_exchanges(block.text):
                check_exchange(app, exchange, str(block))

    @contextlib.contextmanager
    def _printing(self) -> Any:
        """Collect what is printed, and what Python shows of the log without any configuration: warnings."""
        out = io.StringIO()
        handler = logging.StreamHandler(out)
        handler.setLevel(logging.WARNING)
        logger = logging.getLogger("crossguard")
        logger.addHandler(handler)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
                yield
        finally:
            self.printed = out.getvalue()
            logger.removeHandler(handler)
