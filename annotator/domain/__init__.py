"""Values and arithmetic: images, regions, masks, annotations, edits.  Nothing here touches disk, clock or chance.

A document is a value; an edit is a value that turns one document into the next and can be turned round.
"""
