"""From a text to the facts that it states."""
