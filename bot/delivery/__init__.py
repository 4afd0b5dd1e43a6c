"""The one way out for messages: the outbox, the sender, and the platform's rates."""
