#include "CFaultDisk.h"
