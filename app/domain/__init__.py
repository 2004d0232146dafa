"""Values and rules of the house; no input, no output."""
