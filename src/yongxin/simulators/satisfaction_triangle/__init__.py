"""What fails, round by round, when one arrow between customers, staff and company is cut."""
