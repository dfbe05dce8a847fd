"""From a ScenePlan and footprints to Placements, on plain numbers in metres."""
