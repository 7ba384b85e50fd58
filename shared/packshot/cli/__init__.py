"""`packshot`, the command line: thin commands over the HTTP API, the plugin host and the embedded system.

Every module here imports only click and the standard library at its top, so that `packshot --help` answers at once.
What a command needs is imported when it runs.
"""
