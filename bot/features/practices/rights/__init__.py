"""Who may do what with practices, and in which teams they are shared."""
