"""Who may do what with lists, and with those who stand on one."""
