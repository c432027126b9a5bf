"""The pure engine: configuration in, decisions out.

Nothing below this package reads a clock, a socket, a file, the environment or a framework; the
import contracts in ``pyproject.toml`` and ``tests/test_architecture.py`` hold it to that.
"""
