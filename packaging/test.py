"""Set everything up and run every check: `python3 packaging/test.py [what pytest takes]`.

Without arguments: ruff, mypy, then all tests; with arguments only pytest, with them.  The exit code is 0 only if all of it passed.
"""

import os
import sys

from right_python import run_with_the_right_one


def main():
    run_with_the_right_one(__file__, sys.argv[1:])
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from setup_environment import run_tests

    return run_tests(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
