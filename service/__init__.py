"""The Minga service: data, people, screens and commands around the pure libraries."""

import os

# Linear algebra on small matrices loses time to threads: measured 24 s of CPU against 9 s.
# numpy reads this when it is first imported, so it stands before everything else.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
