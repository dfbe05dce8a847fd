"""What USD files measure."""
