#ifndef LOTWIRE_CMOSQUITTO_SHIM_H
#define LOTWIRE_CMOSQUITTO_SHIM_H

#include <mosquitto.h>

#endif
