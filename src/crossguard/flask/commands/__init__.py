"""``flask cors``: routes, explain, audit, migrate.

Flask loads this with every command that it runs, so nothing here imports more than it must; each
command imports what it needs when it runs.
"""

from crossguard.flask.commands.group import cors

__all__ = ["cors"]
