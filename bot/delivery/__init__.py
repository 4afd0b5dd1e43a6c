"""The one way out for messages: the outbox, the postman, and the platform's rates."""
