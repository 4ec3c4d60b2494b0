"""``python -m service`` is the ``minga`` command."""

from service.cli import main

main()
