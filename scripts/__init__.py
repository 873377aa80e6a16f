"""Tools for those who build the house; a running installation never needs them."""
