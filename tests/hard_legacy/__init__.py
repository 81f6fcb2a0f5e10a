"""Hard databases of the two older systems, made for tests and benchmarks: every oddity at a known rate, nothing random.

python -m tests.hard_legacy jobpilot PATH --users 50 --shape legacy --seed 1
"""
