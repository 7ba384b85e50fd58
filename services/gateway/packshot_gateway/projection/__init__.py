"""From events to rows: in any order, any number of times, nothing lost."""
