"""Hand a frozen copy of the accepted work over to who ordered it.

`chosen` says which cases go and why the others do not; `carried` makes the files of one case; `ledger` keeps what is made, so that a killed
delivery goes on; `manifest` lists it all with its digests and verifies a copy from that alone; `pages` describes it; `carrying` does the
whole.  Everything is made in a folder beside the final one, which gets its name when all of it is there.
"""
