"""Whether it got better or worse, and where: data sets, scorers and the benchmark."""
