"""Personal data: one file a recogniser, the two name models, and Presidio's registry that switches them."""
