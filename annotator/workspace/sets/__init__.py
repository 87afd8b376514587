"""Make training data of a project: freeze what a filter lets through, and export it as often as wanted, prepared by a recipe.

`shelf` freezes and keeps sets in `.annotator/sets`; `case_images` finds the images of a case, `ready` prepares them and what was drawn on
them, `forms` makes their files, `preparing` does that for one case, in a process of its own.  `ledger` knows what is done, so that a killed
export goes on; `listing` says what is there; `exporting` does the whole.
"""
