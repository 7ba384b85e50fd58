"""What breaks around packshot, broken on purpose."""
