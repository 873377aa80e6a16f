"""What a tenant looks like: its name, logo and colours, in versions; and what pages and letters wear of it."""
