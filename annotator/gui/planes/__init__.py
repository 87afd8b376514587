"""The other planes of a series beside its slices: two views that only look, and the cross where all planes meet.

Loaded when somebody asks for it, not with the window.
"""
