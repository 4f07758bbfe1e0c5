#include "include/chotpath.h"
