"""The guide's pictures, and the texts that stand in it: lived in stories, told anew at every test.

    make guide

tells them before a browser and keeps pictures and texts; `test_guide.py` tells them without one
and compares.
"""
