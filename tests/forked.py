"""Begin processes of their own with the whole program loaded: they are forked from one that a test run starts once and that is not Qt's."""

import multiprocessing
from multiprocessing.context import BaseContext


def context() -> BaseContext:
    """Return what such processes and their pipes are made with; whoever asks first starts the server, and it loads the same for all.

    Where the system cannot fork, each process is started and loads what it needs.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.loaded"])
    return found
