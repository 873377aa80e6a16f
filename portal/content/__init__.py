"""What a tenant says on his storefront besides products and pages: the sections of its home page."""
