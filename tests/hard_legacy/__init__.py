"""Hard databases of the two older systems, made for tests and benchmarks: every oddity at a known rate, nothing random.

python -m tests.hard_legacy jobpilot PATH --users 50 --shape legacy --seed 1
python -m tests.hard_legacy jobos postgresql://... --users 50 --revision c3d4e5f6a7b8
"""
