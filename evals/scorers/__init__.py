"""What turns an answer and its sample into a number."""
