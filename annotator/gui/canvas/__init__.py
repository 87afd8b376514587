"""The image view: paints one image with its annotations and lets the hand at it.

One paint goes through three layers, each kept until something it shows changes: the picture at screen resolution (`render`, from a small
`pyramid` where it is reduced), the annotations (`layer`), and what is being drawn (`ink`).  `transform` alone knows where an image point is
on the screen, `mouse` alone what a button means, `talk` holds the conversation with the chosen tool.  Everything is painted in the turn of
the event loop that brought the input.
"""
