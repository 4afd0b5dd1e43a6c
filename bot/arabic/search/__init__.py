"""Search that forgives: spelling, inflection, slips of the pen, another country's words."""
