"""Messages: an outbox in the same transaction as what they tell of, an inbox always, channels."""
