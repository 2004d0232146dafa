"""One file per outside thing: models, search engines, files, the database, the clock."""
