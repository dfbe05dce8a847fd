"""From Placements to an authored USD stage, and the certificate measured on it."""
