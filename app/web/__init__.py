"""Pages and HTTP: routes parse, call and render."""
