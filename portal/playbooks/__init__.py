"""The playbook of an edition: short lessons on how to run one's own house, and how far each reader has come."""
