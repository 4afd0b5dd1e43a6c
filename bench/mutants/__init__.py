"""Mistakes in rights and privacy, planted one at a time: the tests must notice every one of them.

`python -m bench.mutants` copies the project, makes sure that the tests it is going to use are
green, plants one mistake after the other in the copy, and runs the tests of its room.
"""
