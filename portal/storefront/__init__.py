"""The storefront as its owner runs it: who may enter, how to reach him, his pages, and what visitors ask of him."""
