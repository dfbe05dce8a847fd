"""How a query is read, matched and ranked."""
