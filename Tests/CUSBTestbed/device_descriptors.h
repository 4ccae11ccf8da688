#ifndef LOTWIRE_DEVICE_DESCRIPTORS_H
#define LOTWIRE_DEVICE_DESCRIPTORS_H

#include "usb_testbed.h"

#include <glib.h>

enum { MAXIMUM_INTERFACES = 2, MAXIMUM_DESCRIPTOR_BYTES = 128, MAXIMUM_REPORT_DESCRIPTOR_BYTES = 32 };

int interface_count(usb_testbed_kind kind);

gboolean is_keyboard(usb_testbed_kind kind, int number);

/* Device and configuration descriptors as the kernel gives them; returns the number of bytes. */
int write_descriptors(const usb_testbed_device *device, uint8_t *out);

/* The report descriptor of the interface that is no keyboard; returns the number of bytes. */
int write_report_descriptor(usb_testbed_kind kind, uint8_t *out);

#endif
