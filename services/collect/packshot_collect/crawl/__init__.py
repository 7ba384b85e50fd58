"""A crawler that site owners need not mind."""
