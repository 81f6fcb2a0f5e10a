"""Making a resume of what a person says of themselves, and judging how it fits: pure computation."""
