"""Everything that changes or sums up a pipeline; the API, the admin and commands call nothing else."""
