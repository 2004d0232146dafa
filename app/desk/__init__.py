"""What happens after the hand-off."""
