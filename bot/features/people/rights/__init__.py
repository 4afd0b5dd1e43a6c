"""Who may do what with people, units, the roles held there, and invitations."""
