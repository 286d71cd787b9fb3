"""`python -m clipfeat` is the command `clipfeat`."""

import sys

from clipfeat.cli import main

if __name__ == "__main__":
    sys.exit(main())
