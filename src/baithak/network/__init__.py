"""Places, organisations, people, memberships, roles, sign-in."""
