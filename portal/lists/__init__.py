"""What every list offers besides its rows: views that its reader saved, and one deed for several rows at once."""
