#ifndef LOTWIRE_CMODBUS_SHIM_H
#define LOTWIRE_CMODBUS_SHIM_H

#include <errno.h>
#include <modbus/modbus.h>

#endif
