"""How fast, how small: `make bench`. Ratios are taken within one run, since machines differ."""
