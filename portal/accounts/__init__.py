"""Accounts: the business partners of one organization, with the people and places that belong to them."""
