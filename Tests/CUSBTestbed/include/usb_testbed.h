#ifndef LOTWIRE_USB_TESTBED_H
#define LOTWIRE_USB_TESTBED_H

#include <stdint.h>

/* One simulated USB keyboard scanner (05e0:1200, port 1-1) below the real libusb. The process must run under
   umockdev-wrapper. All functions may be called from any thread after usb_testbed_new. */
typedef struct usb_testbed usb_testbed;

/* What the program asked of the device since the start. */
typedef struct {
  int detaches;
  int claims;
  int releases;
} usb_testbed_counts;

/* Makes an empty testbed. Call it before any thread is started: it sets the environment. NULL outside umockdev. */
usb_testbed *usb_testbed_new(void);

/* Plugs the scanner in, as a device with this serial number and this number on the bus. 0, or -1 with a message. */
int usb_testbed_plug(usb_testbed *bed, const char *serial, int device_number);

/* Pulls the scanner out: transfers under way end with "shut down". Reports not read yet are lost. */
void usb_testbed_unplug(usb_testbed *bed);

/* Queues one boot report of 8 bytes; 0, or -1 when the queue is full. */
int usb_testbed_report(usb_testbed *bed, const uint8_t *report);

usb_testbed_counts usb_testbed_get_counts(usb_testbed *bed);

#endif
