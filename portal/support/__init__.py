"""Support access: somebody of the tenant above enters an office for a while, seen by everybody it concerns."""
