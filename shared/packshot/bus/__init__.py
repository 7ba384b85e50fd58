"""The message bus: one protocol, RabbitMQ for real and memory for one process."""
