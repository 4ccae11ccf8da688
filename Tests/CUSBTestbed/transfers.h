#ifndef LOTWIRE_TRANSFERS_H
#define LOTWIRE_TRANSFERS_H

#include "device_descriptors.h"

#include <umockdev.h>

enum { MAXIMUM_URBS = 32, MAXIMUM_REPORTS = 4096, REPORT_BYTES = 64 };

/* A transfer that the program submitted and has not reaped. */
typedef struct {
  UMockdevIoctlData *urb;
  UMockdevIoctlData *buffer;
  gboolean is_interrupt;
  gboolean is_done;
  int status;
  int actual_length;
} pending_urb;

/* What is plugged into one port, or was last. */
typedef struct {
  char sysfs[128];
  char node[64];
  usb_testbed_device device;
  gboolean is_plugged;
  gboolean is_refused;
  gboolean driver_is_bound[MAXIMUM_INTERFACES];
  gboolean is_claimed[MAXIMUM_INTERFACES];
  pending_urb urbs[MAXIMUM_URBS];
  int urb_count;
  uint8_t reports[MAXIMUM_REPORTS][REPORT_BYTES];
  int report_lengths[MAXIMUM_REPORTS];
  int first_report;
  int report_count;
  /* The event node of its input device; empty where it has none. */
  char input[32];
  uint16_t input_product;
  usb_testbed_counts counts;
} plugged;

/* The requests of usbfs that carry transfers, each with the lock held; 0 or an errno. */
int submit(plugged *port, UMockdevIoctlData *arg);
int reap(plugged *port, UMockdevIoctlData *arg);
int discard(plugged *port, UMockdevIoctlData *arg);

#endif
