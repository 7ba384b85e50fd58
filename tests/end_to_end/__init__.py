"""Six service processes over real RabbitMQ, S3 and PostgreSQL."""
