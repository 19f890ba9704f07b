"""Run the command line with ``python -m portal.cli``."""

from portal.cli.group import main

main()
