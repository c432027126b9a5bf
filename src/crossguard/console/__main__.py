"""`python -m crossguard.console`."""

from crossguard.console.cli import main

main(prog_name="python -m crossguard.console")
