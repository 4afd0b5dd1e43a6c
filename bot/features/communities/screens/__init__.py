"""What members, leads and overseers see of teams."""
