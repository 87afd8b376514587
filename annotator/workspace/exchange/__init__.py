"""Bring annotations from one format into another: read what is there, find out which image and category is meant, write it elsewhere.

`sources` looks what a folder holds, `project_source` and `reading` make a `DataSet` of it, `writing` writes one with its reading kit.
"""
