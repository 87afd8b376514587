"""Exchange packs: cases go to a person on a closed network as a project of their own, blind to other readers, and come back by merging.

`sealed` is what `pack.json` says, `making` makes a pack, `merging` brings one back: `returning` the revisions, `retaking` the steps.
"""
