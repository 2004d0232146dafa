"""From a question to a cited, verified answer; the story is in `pipeline.py`."""
