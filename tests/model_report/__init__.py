"""How good the networks are, by the protocols of published tables, beside classical methods: `make model-report DATA=FOLDER`."""
