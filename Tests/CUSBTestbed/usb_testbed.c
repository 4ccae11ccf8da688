#include "usb_testbed.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <umockdev.h>

enum { MAXIMUM_URBS = 32, MAXIMUM_REPORTS = 4096, REPORT_BYTES = 8, SERIAL_INDEX = 3, GRACE_MICROSECONDS = 200000 };

static const char SYSFS_PATH[] = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1";

/* Device, configuration, boot keyboard interface, HID and interrupt IN endpoint (USB 2.0 section 9.6, HID 1.11
   section 6.2). */
static const uint8_t DESCRIPTORS[] = {
    18, 1, 0x00, 0x02, 0, 0, 0, 8, 0xe0, 0x05, 0x00, 0x12, 0x00, 0x01, 0, 0, SERIAL_INDEX, 1,
    9, 2, 34, 0, 1, 1, 0, 0x80, 50,
    9, 4, 0, 0, 1, 3, 1, 1, 0,
    9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0,
    7, 5, 0x81, 3, 8, 0, 10};

/* A transfer that the program submitted and has not reaped. */
typedef struct {
  UMockdevIoctlData *urb;
  UMockdevIoctlData *buffer;
  gboolean is_interrupt;
  gboolean is_done;
  int status;
  int actual_length;
} pending_urb;

struct usb_testbed {
  UMockdevTestbed *bed;
  GMutex lock;
  char node[64];
  char serial[64];
  gboolean is_plugged;
  gboolean driver_is_bound;
  pending_urb urbs[MAXIMUM_URBS];
  int urb_count;
  uint8_t reports[MAXIMUM_REPORTS][REPORT_BYTES];
  int first_report;
  int report_count;
  usb_testbed_counts counts;
};

typedef struct {
  UMockdevIoctlBase parent;
  usb_testbed *bed;
} ScannerNode;

typedef struct {
  UMockdevIoctlBaseClass parent;
} ScannerNodeClass;

G_DEFINE_TYPE(ScannerNode, scanner_node, UMOCKDEV_TYPE_IOCTL_BASE)

/* ---- control requests ---- */

static int string_descriptor(usb_testbed *bed, uint8_t index, uint8_t *out) {
  if (index == 0) {
    memcpy(out, (uint8_t[]){4, 3, 0x09, 0x04}, 4);
    return 4;
  }
  int length = (int)strlen(bed->serial);
  out[0] = (uint8_t)(2 + 2 * length);
  out[1] = 3;
  for (int i = 0; i < length; i++) {
    out[2 + 2 * i] = (uint8_t)bed->serial[i];
    out[3 + 2 * i] = 0;
  }
  return out[0];
}

/* Answers the setup packet at the start of the buffer; returns the URB status. */
static int answer_control(usb_testbed *bed, pending_urb *urb) {
  const uint8_t *setup = urb->buffer->data;
  uint8_t answer[256];
  if (setup[0] != 0x80 || setup[1] != 6 || setup[3] != 3) return 0;
  int wanted = setup[6] | setup[7] << 8;
  int length = string_descriptor(bed, setup[2], answer);
  if (length > wanted) length = wanted;
  umockdev_ioctl_data_update(urb->buffer, 8, answer, length);
  urb->actual_length = length;
  return 0;
}

/* ---- transfers ---- */

static int submit(usb_testbed *bed, UMockdevIoctlData *arg) {
  if (!bed->is_plugged) return ENODEV;
  if (bed->urb_count == MAXIMUM_URBS) return ENOMEM;
  UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
  if (data == NULL) return EFAULT;
  struct usbdevfs_urb urb;
  memcpy(&urb, data->data, sizeof urb);
  pending_urb *added = &bed->urbs[bed->urb_count++];
  *added = (pending_urb){.urb = data, .is_interrupt = urb.type == USBDEVFS_URB_TYPE_INTERRUPT};
  added->buffer =
      umockdev_ioctl_data_resolve(data, offsetof(struct usbdevfs_urb, buffer), (gsize)urb.buffer_length, NULL);
  if (!added->is_interrupt) {
    added->is_done = TRUE;
    added->status = answer_control(bed, added);
  }
  return 0;
}

/* Hands the next finished transfer to the program; EAGAIN while there is none. */
static int reap(usb_testbed *bed, UMockdevIoctlData *arg) {
  for (int i = 0; i < bed->urb_count; i++) {
    pending_urb urb = bed->urbs[i];
    if (!urb.is_done && bed->report_count > 0) {
      umockdev_ioctl_data_update(urb.buffer, 0, bed->reports[bed->first_report], REPORT_BYTES);
      bed->first_report = (bed->first_report + 1) % MAXIMUM_REPORTS;
      bed->report_count--;
      urb.actual_length = REPORT_BYTES;
      urb.is_done = TRUE;
    }
    if (!urb.is_done) continue;
    memmove(&bed->urbs[i], &bed->urbs[i + 1], sizeof(pending_urb) * (size_t)(bed->urb_count - i - 1));
    bed->urb_count--;
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
  return bed->is_plugged ? EAGAIN : ENODEV;
}

static int discard(usb_testbed *bed, UMockdevIoctlData *arg) {
  gulong address;
  memcpy(&address, arg->data, sizeof address);
  for (int i = 0; i < bed->urb_count; i++) {
    if (bed->urbs[i].urb->client_addr != address || bed->urbs[i].is_done) continue;
    bed->urbs[i].is_done = TRUE;
    bed->urbs[i].status = -ENOENT;
    return 0;
  }
  return EINVAL;
}

/* ---- requests on the device node ---- */

static int answer_u32(UMockdevIoctlData *arg, uint32_t value) {
  UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, sizeof value, NULL);
  if (slot == NULL) return EFAULT;
  umockdev_ioctl_data_update(slot, 0, (guint8 *)&value, sizeof value);
  umockdev_ioctl_data_unref(slot);
  return 0;
}

static int get_driver(usb_testbed *bed, UMockdevIoctlData *arg) {
  if (!bed->driver_is_bound) return ENODATA;
  struct usbdevfs_getdriver answer = {.driver = "usbhid"};
  UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, sizeof answer, NULL);
  if (slot == NULL) return EFAULT;
  umockdev_ioctl_data_update(slot, 0, (guint8 *)&answer, sizeof answer);
  umockdev_ioctl_data_unref(slot);
  return 0;
}

/* Connects or disconnects the kernel driver. */
static int driver_request(usb_testbed *bed, UMockdevIoctlData *arg) {
  UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_ioctl), NULL);
  if (slot == NULL) return EFAULT;
  struct usbdevfs_ioctl request;
  memcpy(&request, slot->data, sizeof request);
  umockdev_ioctl_data_unref(slot);
  gboolean disconnects = request.ioctl_code == (int)USBDEVFS_DISCONNECT;
  if (disconnects && !bed->driver_is_bound) return ENODATA;
  bed->driver_is_bound = !disconnects;
  if (disconnects) bed->counts.detaches++;
  return 0;
}

static int answer(usb_testbed *bed, gulong request, UMockdevIoctlData *arg) {
  switch (request) {
  case USBDEVFS_SUBMITURB: return submit(bed, arg);
  case USBDEVFS_REAPURBNDELAY:
  case USBDEVFS_REAPURB: return reap(bed, arg);
  case USBDEVFS_DISCARDURB: return discard(bed, arg);
  }
  if (!bed->is_plugged) return ENODEV;
  switch (request) {
  case USBDEVFS_GET_CAPABILITIES: return answer_u32(arg, USBDEVFS_CAP_ZERO_PACKET);
  case USBDEVFS_GETDRIVER: return get_driver(bed, arg);
  case USBDEVFS_IOCTL: return driver_request(bed, arg);
  case USBDEVFS_DISCONNECT_CLAIM:
    if (bed->driver_is_bound) bed->counts.detaches++;
    bed->driver_is_bound = FALSE;
    bed->counts.claims++;
    return 0;
  case USBDEVFS_CLAIMINTERFACE:
    if (bed->driver_is_bound) return EBUSY;
    bed->counts.claims++;
    return 0;
  case USBDEVFS_RELEASEINTERFACE: bed->counts.releases++; return 0;
  case USBDEVFS_CLEAR_HALT: return 0;
  default: return ENOTTY;
  }
}

static gboolean handle_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client) {
  usb_testbed *bed = ((ScannerNode *)base)->bed;
  UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
  g_mutex_lock(&bed->lock);
  int error = answer(bed, umockdev_ioctl_client_get_request(client), arg);
  g_mutex_unlock(&bed->lock);
  umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
  return TRUE;
}

static void scanner_node_class_init(ScannerNodeClass *class) { class->parent.handle_ioctl = handle_ioctl; }
static void scanner_node_init(ScannerNode *node) { node->bed = NULL; }

/* ---- the testbed ---- */

usb_testbed *usb_testbed_new(void) {
  UMockdevTestbed *made = umockdev_testbed_new();
  if (!umockdev_in_mock_environment()) {
    g_object_unref(made);
    return NULL;
  }
  usb_testbed *bed = g_new0(usb_testbed, 1);
  g_mutex_init(&bed->lock);
  bed->bed = made;
  return bed;
}

static char *description(const char *serial, int device_number) {
  GString *text = g_string_new(NULL);
  g_string_append_printf(
      text,
      "P: %s\nN: bus/usb/001/%03d\nE: BUSNUM=001\nE: DEVNUM=%03d\nE: DEVNAME=/dev/bus/usb/001/%03d\n"
      "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: bConfigurationValue=1\\n\nA: busnum=1\\n\nA: devnum=%d\\n\n"
      "A: idVendor=05e0\\n\nA: idProduct=1200\\n\nA: serial=%s\\n\nA: speed=12\\n\nH: descriptors=",
      SYSFS_PATH + strlen("/sys"), device_number, device_number, device_number, device_number, serial);
  for (size_t i = 0; i < sizeof DESCRIPTORS; i++) g_string_append_printf(text, "%02X", DESCRIPTORS[i]);
  g_string_append(text, "\n");
  return g_string_free(text, FALSE);
}

int usb_testbed_plug(usb_testbed *bed, const char *serial, int device_number) {
  GError *error = NULL;
  g_mutex_lock(&bed->lock);
  g_strlcpy(bed->serial, serial, sizeof bed->serial);
  g_snprintf(bed->node, sizeof bed->node, "/dev/bus/usb/001/%03d", device_number);
  bed->is_plugged = TRUE;
  bed->driver_is_bound = TRUE;
  bed->report_count = 0;
  g_mutex_unlock(&bed->lock);
  /* First the handler, then the node: adding the device announces it, and the program opens it at once. */
  ScannerNode *node = g_object_new(scanner_node_get_type(), NULL);
  node->bed = bed;
  gboolean is_added = umockdev_testbed_attach_ioctl(bed->bed, bed->node, &node->parent, &error);
  g_object_unref(node);
  if (is_added) {
    char *text = description(serial, device_number);
    is_added = umockdev_testbed_add_from_string(bed->bed, text, &error);
    g_free(text);
  }
  if (!is_added) {
    fprintf(stderr, "the scanner cannot be plugged in: %s\n", error->message);
    g_error_free(error);
    return -1;
  }
  return 0;
}

void usb_testbed_unplug(usb_testbed *bed) {
  g_mutex_lock(&bed->lock);
  bed->is_plugged = FALSE;
  bed->report_count = 0;
  for (int i = 0; i < bed->urb_count; i++) {
    if (bed->urbs[i].is_done) continue;
    bed->urbs[i].is_done = TRUE;
    bed->urbs[i].status = -ESHUTDOWN;
  }
  g_mutex_unlock(&bed->lock);
  umockdev_testbed_uevent(bed->bed, SYSFS_PATH, "remove");
  /* The preload library ends the process when a node vanishes between its open and its first request: time for that. */
  g_usleep(GRACE_MICROSECONDS);
  /* The handler stays on the old node, where it answers ENODEV: detaching it under a request aborts the process. */
  umockdev_testbed_remove_device(bed->bed, SYSFS_PATH);
}

int usb_testbed_report(usb_testbed *bed, const uint8_t *report) {
  g_mutex_lock(&bed->lock);
  int result = -1;
  if (bed->is_plugged && bed->report_count < MAXIMUM_REPORTS) {
    int last = (bed->first_report + bed->report_count) % MAXIMUM_REPORTS;
    memcpy(bed->reports[last], report, REPORT_BYTES);
    bed->report_count++;
    result = 0;
  }
  g_mutex_unlock(&bed->lock);
  return result;
}

usb_testbed_counts usb_testbed_get_counts(usb_testbed *bed) {
  g_mutex_lock(&bed->lock);
  usb_testbed_counts counts = bed->counts;
  g_mutex_unlock(&bed->lock);
  return counts;
}
