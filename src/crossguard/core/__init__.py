"""The pure engine: configuration in, decisions out.

Imports no other package of the library. Nothing in it reads a clock, a socket, a file, the environment
or a framework; the import contracts in ``pyproject.toml`` and ``tests/test_architecture.py`` hold it to that.
"""
