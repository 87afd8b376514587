"""How fast the product is, beside what others do: one benchmark a budget, none of them a timed test.

The files are called `bench_*.py`, so an ordinary test run does not collect them.  In an environment of its own, and without the plug-ins
that peers bring for pytest:

    python -m pip install -e '.[test,bench]'
    PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 python -m pytest -p pytestqt.plugin -p pytest_benchmark.plugin tests/benchmarks/bench_*.py

At the end a table shows both sides, the ratio and the budget.  The ratio is what counts: seconds depend on the machine, and figures of a
machine that does something else at the time are not worth much.  Every figure is a median unless it says otherwise.

Both sides paint on one virtual display (Xvfb); without it the product paints offscreen and what needs OpenGL is skipped.  Peers run in
processes of their own (`peers`), so does the product where its start or its memory is measured.  A peer that is not installed is skipped by
name.  `ANNOTATOR_BENCH_ROUNDS` (default 5) says how often what takes seconds is repeated.
"""
