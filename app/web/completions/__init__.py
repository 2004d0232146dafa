"""The OpenAI-compatible face of the service: /v1/chat/completions and /v1/models."""
