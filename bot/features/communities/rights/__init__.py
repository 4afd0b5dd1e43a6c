"""Who may do what with teams, with those who belong to them, and at units."""
