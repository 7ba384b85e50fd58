"""What spans packages: conformance, end to end, faults, browser, benchmarks."""
