#include "venule_platform.h"
