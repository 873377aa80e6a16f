"""What stands above all: the dashboard, the founding of the house, and the demo."""
