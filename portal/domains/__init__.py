"""A tenant's own domains: proved, watched, served, and let go."""
