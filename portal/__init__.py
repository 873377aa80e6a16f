"""Vitrine: an office for those who sell, a storefront for those who buy."""
