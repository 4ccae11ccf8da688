#include "transfers.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stddef.h>
#include <string.h>

/* Answers the setup packet at the start of the buffer; returns an errno for the submission. */
static int answer_control(plugged *port, pending_urb *urb) {
  const uint8_t *setup = urb->buffer->data;
  int number = setup[4];
  /* Requests to an interface need a claim (usbfs, check_ctrlrecip). */
  if ((setup[0] & 0x1F) == 1 && (number >= MAXIMUM_INTERFACES || !port->is_claimed[number])) return EBUSY;
  if (setup[0] == 0x81 && setup[1] == 6 && setup[3] == 0x22 && !is_keyboard(port->device.kind, number)) {
    uint8_t answer[MAXIMUM_REPORT_DESCRIPTOR_BYTES];
    int length = write_report_descriptor(port->device.kind, answer);
    int wanted = setup[6] | setup[7] << 8;
    if (length > wanted) length = wanted;
    umockdev_ioctl_data_update(urb->buffer, 8, answer, (gsize)length);
    urb->actual_length = length;
  } else if (setup[0] == 0x21 && setup[1] == 9 && setup[3] == 3 && setup[2] == 254) {
    if (setup[6] == 2 && setup[8] == 254 && setup[9] == 1) port->counts.starts++;
    urb->actual_length = setup[6];
  } else if (
      setup[0] == 0x21 && setup[1] == 0x0B && setup[2] == 0 && is_keyboard(port->device.kind, number) &&
      port->device.kind != USB_TESTBED_KEYBOARD_WITH_CHANNEL) {
    port->counts.boot_protocols++;
  } else {
    urb->status = -EPIPE;
  }
  return 0;
}

int submit(plugged *port, UMockdevIoctlData *arg) {
  if (port->urb_count == MAXIMUM_URBS) return ENOMEM;
  UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
  if (data == NULL) return EFAULT;
  struct usbdevfs_urb urb;
  memcpy(&urb, data->data, sizeof urb);
  pending_urb added = {.urb = data, .is_interrupt = urb.type == USBDEVFS_URB_TYPE_INTERRUPT};
  added.buffer =
      umockdev_ioctl_data_resolve(data, offsetof(struct usbdevfs_urb, buffer), (gsize)urb.buffer_length, NULL);
  if (!added.is_interrupt) {
    added.is_done = TRUE;
    int error = answer_control(port, &added);
    if (error != 0) return error;
  }
  port->urbs[port->urb_count++] = added;
  return 0;
}

/* Fills an interrupt transfer with the oldest report, if there is one. */
static void fill(plugged *port, pending_urb *urb) {
  if (urb->is_done || port->report_count == 0) return;
  int length = port->report_lengths[port->first_report];
  umockdev_ioctl_data_update(urb->buffer, 0, port->reports[port->first_report], (gsize)length);
  port->first_report = (port->first_report + 1) % MAXIMUM_REPORTS;
  port->report_count--;
  urb->actual_length = length;
  urb->is_done = TRUE;
}

/* Hands the next finished transfer to the program; EAGAIN while there is none. */
int reap(plugged *port, UMockdevIoctlData *arg) {
  for (int i = 0; i < port->urb_count; i++) {
    fill(port, &port->urbs[i]);
    pending_urb urb = port->urbs[i];
    if (!urb.is_done) continue;
    memmove(&port->urbs[i], &port->urbs[i + 1], sizeof(pending_urb) * (size_t)(port->urb_count - i - 1));
    port->urb_count--;
    umockdev_ioctl_data_update(
        urb.urb, offsetof(struct usbdevfs_urb, status), (guint8 *)&urb.status, sizeof urb.status);
    umockdev_ioctl_data_update(
        urb.urb, offsetof(struct usbdevfs_urb, actual_length), (guint8 *)&urb.actual_length,
        sizeof urb.actual_length);
    UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);
    umockdev_ioctl_data_set_ptr(slot, 0, urb.urb);
    umockdev_ioctl_data_unref(slot);
    umockdev_ioctl_data_unref(urb.urb);
    if (urb.buffer != NULL) umockdev_ioctl_data_unref(urb.buffer);
    return 0;
  }
  return port->is_plugged ? EAGAIN : ENODEV;
}

int discard(plugged *port, UMockdevIoctlData *arg) {
  gulong address;
  memcpy(&address, arg->data, sizeof address);
  for (int i = 0; i < port->urb_count; i++) {
    if (port->urbs[i].urb->client_addr != address || port->urbs[i].is_done) continue;
    port->urbs[i].is_done = TRUE;
    port->urbs[i].status = -ENOENT;
    return 0;
  }
  return EINVAL;
}
