"""The numbers: numpy in, frozen dataclasses out. No Django, no database, no network."""

import os
import sys

# The matrices here are small: a second thread of the linear-algebra library spins, doubles the CPU
# time of a map and makes the last digits depend on the machine. Whoever set a number keeps it.
if "numpy" not in sys.modules:
    for _library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_library, "1")
