"""`python -m crossguard.console`."""

from crossguard.console.run.commands import main

main(prog_name="python -m crossguard.console")
