"""What a drawn image becomes on disk, and how it is read back: one module a format, each offering `FORMAT`.

Writing is strict: a file that would be wrong is refused with a reason.  Reading is lenient: what can be understood is taken, and what
was odd is said.  Conventions of a format (where its coordinates begin, what it cannot hold) are known to its own module and to nobody else.
`record` is the product's own complete form; the others are what projects deliver.
"""
