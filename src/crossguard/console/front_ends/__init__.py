"""The front ends that administrators list."""
