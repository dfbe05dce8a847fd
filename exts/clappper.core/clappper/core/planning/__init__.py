"""From a sentence to a typed ScenePlan that only names what the catalog has."""
