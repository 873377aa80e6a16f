"""Whether anybody can tell from a storefront whose platform it is: it is walked through, and searched for who stands above."""
