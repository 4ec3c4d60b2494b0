"""The array types that the matching library's signatures use."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
SmallArray = NDArray[np.int16]
SingleArray = NDArray[np.float32]
