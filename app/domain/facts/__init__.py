"""What a sentence states that can be checked word by word: quantities, dates, polarity, conditions, names.

Every reader takes text already made `plain` (facts/plain.py) and returns frozen facts with their place in it.
"""
