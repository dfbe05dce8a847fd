"""What people say between the lines, put as plain commands."""
