"""A vendor's price sheet: read it record by record, compare it with the catalogue, apply it in sets."""
