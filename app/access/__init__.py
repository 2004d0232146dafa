"""Who may do what: staff, their roles and their sign-ins."""
