"""What an edit of a plan is, and what it makes of plan and layout."""
