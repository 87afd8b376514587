"""Set everything up and open the window: `python3 packaging/run.py [what the command annotator takes]`.

Without arguments the window opens on a demonstration study; without a display the same demonstration runs off the screen.
"""

import os
import sys

from right_python import run_with_the_right_one


def main():
    run_with_the_right_one(__file__, sys.argv[1:])
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from setup_environment import run_product

    return run_product(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
