"""Which version of an operation gets which work: policies, how they change, what runs in shadow, and what came of it."""
