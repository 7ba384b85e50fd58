"""Two versions of an operation side by side: what each made, how far they differ, and the page that shows it."""
