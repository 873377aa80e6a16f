"""Who stands where in the tree, under which names they are reached, and what they agreed with the one above."""
