"""What every test may ask for."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.town"]

# A busy machine makes no test fail.
settings.register_profile("halqa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("halqa")
