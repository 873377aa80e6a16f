"""What every slice stands on.  Nothing in here knows a tenant's business by name."""
