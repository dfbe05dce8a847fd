"""What differs between Kit 106 and 110, and what Clappper takes for granted about Kit."""
