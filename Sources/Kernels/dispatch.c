#include "venule_kernels.h"
