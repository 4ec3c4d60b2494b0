"""Who is like whom, who needs help, who may help whom, and the best assignment.

Pure: numpy, numba, scipy, scikit-learn and ortools; no database, no web, no clock.
"""
