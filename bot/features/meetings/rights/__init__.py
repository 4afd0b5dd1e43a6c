"""Who may do what with meetings, and with those of a team."""
