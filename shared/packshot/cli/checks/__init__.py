"""What `packshot doctor` looks at. A check yields lines and never raises for what it finds."""
