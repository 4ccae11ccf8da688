#ifndef LOTWIRE_USB_TESTBED_H
#define LOTWIRE_USB_TESTBED_H

#include <stdint.h>

/* Simulated scanners and keyboards below the real libusb. The process must run under umockdev-wrapper. All functions
   may be called from any thread after usb_testbed_new. A device is named by its port, 1 to USB_TESTBED_PORTS: port 2
   has the port path "1-2". */
typedef struct usb_testbed usb_testbed;

enum { USB_TESTBED_PORTS = 4 };

typedef enum {
  /* Class 3, subclass 1, protocol 1. */
  USB_TESTBED_KEYBOARD,
  /* HID with usage page 0x8C, usage 2. */
  USB_TESTBED_POINT_OF_SALE,
  /* A keyboard that refuses SET_PROTOCOL, and beside it HID with usage page 0x8C, usage 1: a channel for the settings
     of a keyboard. */
  USB_TESTBED_KEYBOARD_WITH_CHANNEL,
  /* A keyboard and HID POS in one device. */
  USB_TESTBED_BOTH,
} usb_testbed_kind;

typedef struct {
  uint16_t vendor;
  uint16_t product;
  usb_testbed_kind kind;
  /* NULL: no serial number. */
  const char *serial;
} usb_testbed_device;

/* What the program asked of the device at a port since the start. */
typedef struct {
  /* The device node was used at all. */
  int opens;
  int detaches;
  int claims;
  int releases;
  /* SET_REPORT of feature report 254 with the value 1. */
  int starts;
  /* SET_PROTOCOL to the boot protocol. */
  int boot_protocols;
  /* EVIOCGRAB on its input device: taken and given back. */
  int grabs;
  int ungrabs;
} usb_testbed_counts;

/* Makes an empty testbed. Call it before any thread is started: it sets the environment. NULL outside umockdev. */
usb_testbed *usb_testbed_new(void);

/* Plugs a device in, with a new number on the bus. 0, or -1 with a message. */
int usb_testbed_plug(usb_testbed *bed, int port, const usb_testbed_device *device);

/* Gives the device at a port an input device of the kernel, as usbhid makes one of a keyboard. 0, or -1. */
int usb_testbed_add_input(usb_testbed *bed, int port);

/* The input device at a port answers EVIOCGID with another product, as if the device behind it had changed. */
void usb_testbed_change_input_product(usb_testbed *bed, int port, uint16_t product);

/* Sends whole input events (struct input_event) from it; 0, or -1. */
int usb_testbed_input_events(usb_testbed *bed, int port, const uint8_t *bytes, int count);

/* Pulls it out: transfers under way end with "shut down". Reports not read yet are lost. */
void usb_testbed_unplug(usb_testbed *bed, int port);

/* The program holds the first interface of the device that is plugged in now. */
int usb_testbed_is_claimed(usb_testbed *bed, int port);

/* While refused, no interface of the device can be claimed (EBUSY), as if another program held it. */
void usb_testbed_refuse_claims(usb_testbed *bed, int port, int is_refused);

/* Queues one report of the interface that sends; 0, or -1 when the queue is full. */
int usb_testbed_report(usb_testbed *bed, int port, const uint8_t *report, int count);

usb_testbed_counts usb_testbed_get_counts(usb_testbed *bed, int port);

#endif
