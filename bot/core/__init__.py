"""What everything stands on; it imports nothing of ours but itself."""

# Before anything asks for a time zone, the system's own database is put aside.
from bot.core import zones as zones
