"""Begin processes of their own with the whole program loaded: they are forked from one that a test run starts once and that is not Qt's."""

import multiprocessing
from multiprocessing.context import ForkServerContext


def context() -> ForkServerContext:
    """Return what such processes and their pipes are made with; whoever asks first starts the server, and it loads the same for all."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.loaded"])
    return found
