"""Every fault of the fault table, injected, with what must hold of each.

Short runs are part of the suite; `packaging/test.py -m campaign` runs the long ones.  `ANNOTATOR_SEED` is what the dice begin with, and the
table at the end of a run says how often each fault was tried.
"""
