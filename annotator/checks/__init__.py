"""What can be wrong with a saved image: one module a check, each offering `CHECK`, a function from what was saved to findings.

A check gets values (`check.Saved`: the drawing, the delivered files, what their formats read) and touches nothing: whoever runs it reads
the files and shows the findings.
"""
