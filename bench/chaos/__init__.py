"""Failure tests: the real bot as a process, a Telegram as another, and everything that goes wrong.

`python -m bench.chaos` runs every case from one printed seed. The random plan of a run (when a
process is killed, what each person waits for) comes from that seed alone.
"""
