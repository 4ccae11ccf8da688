#include "device_descriptors.h"

#include <string.h>

/* USB 2.0 section 9.6, HID 1.11 section 6.2.1: the parts that descriptors are put together from. */
enum { SERIAL_INDEX = 3, POINT_OF_SALE_BYTES = 21 };
static const uint8_t KEYBOARD_INTERFACE[] = {9, 4, 0, 0, 1, 3, 1, 1, 0, 9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0,
                                             7, 5, 0x81, 3, 8, 0, 10};
static const uint8_t HID_INTERFACE[] = {9, 4, 0, 0, 1, 3, 0, 0, 0, 9, 0x21, 0x11, 0x01, 0, 1, 0x22, POINT_OF_SALE_BYTES, 0,
                                        7, 5, 0x81, 3, 64, 0, 1};

/* Usage page 0x8C, usage at offset 3, one input report with id 2 of 63 bytes. */
static const uint8_t POINT_OF_SALE_REPORT[POINT_OF_SALE_BYTES] = {
    0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00, 0x25, 0xFF, 0x75, 0x08, 0x95, 0x3F, 0x09, 0x12, 0x81, 0x02,
    0xC0};

int interface_count(usb_testbed_kind kind) {
  return kind == USB_TESTBED_KEYBOARD_WITH_CHANNEL || kind == USB_TESTBED_BOTH ? 2 : 1;
}

gboolean is_keyboard(usb_testbed_kind kind, int number) {
  return kind != USB_TESTBED_POINT_OF_SALE && number == 0;
}

int write_descriptors(const usb_testbed_device *device, uint8_t *out) {
  int count = interface_count(device->kind);
  int total = 9 + count * (int)sizeof KEYBOARD_INTERFACE;
  const uint8_t start[] = {
      18, 1, 0x00, 0x02, 0, 0, 0, 8, device->vendor & 0xFF, device->vendor >> 8, device->product & 0xFF,
      device->product >> 8, 0x00, 0x01, 0, 0, device->serial == NULL ? 0 : SERIAL_INDEX, 1,
      9, 2, total & 0xFF, total >> 8, count, 1, 0, 0x80, 50};
  memcpy(out, start, sizeof start);
  int length = sizeof start;
  for (int i = 0; i < count; i++) {
    memcpy(out + length, is_keyboard(device->kind, i) ? KEYBOARD_INTERFACE : HID_INTERFACE, sizeof KEYBOARD_INTERFACE);
    out[length + 2] = (uint8_t)i;
    out[length + 20] = (uint8_t)(0x81 + i);
    length += sizeof KEYBOARD_INTERFACE;
  }
  return length;
}

int write_report_descriptor(usb_testbed_kind kind, uint8_t *out) {
  memcpy(out, POINT_OF_SALE_REPORT, sizeof POINT_OF_SALE_REPORT);
  if (kind == USB_TESTBED_KEYBOARD_WITH_CHANNEL) out[3] = 0x01;
  return sizeof POINT_OF_SALE_REPORT;
}
