"""Kotae (答え): the service. `app/bootstrap.py` wires it, `app/answering/pipeline.py` tells the way of a question."""

__version__ = "0.1.0"
