"""What every test may ask for."""

from hypothesis import settings

pytest_plugins = ["tests.databases", "tests.town"]

# A busy machine makes no test fail.
settings.register_profile("halqa", deadline=None)
settings.load_profile("halqa")
