#ifndef LOTWIRE_CUMOCKDEV_SHIM_H
#define LOTWIRE_CUMOCKDEV_SHIM_H

#include <umockdev.h>

#endif
