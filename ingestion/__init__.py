"""From a folder of articles to an index version that is served."""
