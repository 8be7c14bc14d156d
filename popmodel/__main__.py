"""`python -m popmodel` is the command `popmodel`."""

import sys

from popmodel.cli import main

if __name__ == "__main__":
    sys.exit(main())
