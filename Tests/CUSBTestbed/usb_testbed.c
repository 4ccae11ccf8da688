#include "usb_testbed.h"

#include "transfers.h"

#include <errno.h>
#include <linux/input.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <umockdev.h>
#include <unistd.h>

enum { GRACE_MICROSECONDS = 200000, FIRST_DEVICE_NUMBER = 5 };

struct usb_testbed {
  UMockdevTestbed *bed;
  GMutex lock;
  int next_device_number;
  plugged ports[USB_TESTBED_PORTS];
};

typedef struct {
  UMockdevIoctlBase parent;
  usb_testbed *bed;
  plugged *port;
  /* What this handler was made for: a node that is gone stays gone after a replug. */
  char node[64];
} ScannerNode;

typedef struct {
  UMockdevIoctlBaseClass parent;
} ScannerNodeClass;

G_DEFINE_TYPE(ScannerNode, scanner_node, UMOCKDEV_TYPE_IOCTL_BASE)

/* ---- requests on the device node ---- */

/* Copies what the argument points to; EFAULT, or 0. */
static int copy_in(UMockdevIoctlData *arg, void *out, size_t length) {
  UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, length, NULL);
  if (slot == NULL) return EFAULT;
  memcpy(out, slot->data, length);
  umockdev_ioctl_data_unref(slot);
  return 0;
}

static int copy_out(UMockdevIoctlData *arg, const void *in, size_t length) {
  UMockdevIoctlData *slot = umockdev_ioctl_data_resolve(arg, 0, length, NULL);
  if (slot == NULL) return EFAULT;
  umockdev_ioctl_data_update(slot, 0, (guint8 *)in, length);
  umockdev_ioctl_data_unref(slot);
  return 0;
}

static int get_driver(plugged *port, UMockdevIoctlData *arg) {
  struct usbdevfs_getdriver answer;
  int error = copy_in(arg, &answer, sizeof answer);
  if (error != 0) return error;
  if (answer.interface >= MAXIMUM_INTERFACES || !port->driver_is_bound[answer.interface]) return ENODATA;
  strcpy(answer.driver, "usbhid");
  return copy_out(arg, &answer, sizeof answer);
}

/* Connects or disconnects the kernel driver of one interface. */
static int driver_request(plugged *port, UMockdevIoctlData *arg) {
  struct usbdevfs_ioctl request;
  int error = copy_in(arg, &request, sizeof request);
  if (error != 0) return error;
  if (request.ifno < 0 || request.ifno >= MAXIMUM_INTERFACES) return EINVAL;
  gboolean disconnects = request.ioctl_code == (int)USBDEVFS_DISCONNECT;
  if (disconnects && !port->driver_is_bound[request.ifno]) return ENODATA;
  port->driver_is_bound[request.ifno] = !disconnects;
  if (disconnects) port->counts.detaches++;
  return 0;
}

static int claim(plugged *port, UMockdevIoctlData *arg) {
  unsigned number;
  int error = copy_in(arg, &number, sizeof number);
  if (error != 0) return error;
  if (number >= MAXIMUM_INTERFACES) return EINVAL;
  if (port->is_refused || port->driver_is_bound[number]) return EBUSY;
  port->is_claimed[number] = TRUE;
  port->counts.claims++;
  return 0;
}

static int release(plugged *port, UMockdevIoctlData *arg) {
  unsigned number;
  int error = copy_in(arg, &number, sizeof number);
  if (error != 0) return error;
  if (number >= MAXIMUM_INTERFACES || !port->is_claimed[number]) return EINVAL;
  port->is_claimed[number] = FALSE;
  port->counts.releases++;
  return 0;
}

static int answer(plugged *port, gulong request, UMockdevIoctlData *arg) {
  uint32_t capabilities = USBDEVFS_CAP_ZERO_PACKET;
  switch (request) {
  case USBDEVFS_GET_CAPABILITIES: port->counts.opens++; return copy_out(arg, &capabilities, sizeof capabilities);
  case USBDEVFS_SUBMITURB: return submit(port, arg);
  case USBDEVFS_REAPURBNDELAY:
  case USBDEVFS_REAPURB: return reap(port, arg);
  case USBDEVFS_DISCARDURB: return discard(port, arg);
  case USBDEVFS_GETDRIVER: return get_driver(port, arg);
  case USBDEVFS_IOCTL: return driver_request(port, arg);
  case USBDEVFS_CLAIMINTERFACE: return claim(port, arg);
  case USBDEVFS_RELEASEINTERFACE: return release(port, arg);
  case USBDEVFS_CLEAR_HALT: return 0;
  default: return ENOTTY;
  }
}

/* Requests on the node of a device that is gone: only what was submitted to it still comes back. */
static int answer_gone(plugged *port, gulong request, UMockdevIoctlData *arg) {
  if (request == USBDEVFS_REAPURBNDELAY || request == USBDEVFS_REAPURB) return reap(port, arg);
  return request == USBDEVFS_DISCARDURB ? discard(port, arg) : ENODEV;
}

/* EVIOCGRAB: the argument is the value itself. */
static int grab(plugged *port, UMockdevIoctlData *arg) {
  gulong value;
  memcpy(&value, arg->data, sizeof value);
  if (value != 0) {
    port->counts.grabs++;
  } else {
    port->counts.ungrabs++;
  }
  return 0;
}

/* EVIOCGID: what usbhid says of the device. */
static int identify(plugged *port, UMockdevIoctlData *arg) {
  struct input_id identity = {BUS_USB, port->device.vendor, port->input_product, 1};
  return copy_out(arg, &identity, sizeof identity);
}

static gboolean handle_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client) {
  ScannerNode *node = (ScannerNode *)base;
  UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
  gulong request = umockdev_ioctl_client_get_request(client);
  g_mutex_lock(&node->bed->lock);
  gboolean is_current = strcmp(node->node, node->port->node) == 0;
  int error = ENODEV;
  if (request == EVIOCGRAB) {
    error = grab(node->port, arg);
  } else if (request == EVIOCGID) {
    error = identify(node->port, arg);
  } else if (is_current) {
    error = node->port->is_plugged ? answer(node->port, request, arg) : answer_gone(node->port, request, arg);
  }
  g_mutex_unlock(&node->bed->lock);
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
  bed->next_device_number = FIRST_DEVICE_NUMBER;
  for (int i = 0; i < USB_TESTBED_PORTS; i++) {
    g_snprintf(
        bed->ports[i].sysfs, sizeof bed->ports[i].sysfs, "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-%d", i + 1);
  }
  return bed;
}

static char *description(const plugged *port, int device_number) {
  GString *text = g_string_new(NULL);
  g_string_append_printf(
      text,
      "P: %s\nN: bus/usb/001/%03d\nE: BUSNUM=001\nE: DEVNUM=%03d\nE: DEVNAME=/dev/bus/usb/001/%03d\n"
      "E: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nA: bConfigurationValue=1\\n\nA: busnum=1\\n\nA: devnum=%d\\n\n"
      "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: speed=12\\n\n",
      port->sysfs + strlen("/sys"), device_number, device_number, device_number, device_number, port->device.vendor,
      port->device.product);
  if (port->device.serial != NULL) g_string_append_printf(text, "A: serial=%s\\n\n", port->device.serial);
  uint8_t descriptors[MAXIMUM_DESCRIPTOR_BYTES];
  int length = write_descriptors(&port->device, descriptors);
  g_string_append(text, "H: descriptors=");
  for (int i = 0; i < length; i++) g_string_append_printf(text, "%02X", descriptors[i]);
  g_string_append(text, "\n");
  return g_string_free(text, FALSE);
}

/* Adds devices as described, of which one has a node with a handler. 0, or -1 with a message. */
static int add(usb_testbed *bed, plugged *port, const char *path, const char *text) {
  GError *error = NULL;
  /* First the handler, then the node: adding the device announces it, and the program opens it at once. */
  ScannerNode *node = g_object_new(scanner_node_get_type(), NULL);
  node->bed = bed;
  node->port = port;
  g_strlcpy(node->node, path, sizeof node->node);
  gboolean is_added = umockdev_testbed_attach_ioctl(bed->bed, path, &node->parent, &error) &&
                      umockdev_testbed_add_from_string(bed->bed, text, &error);
  g_object_unref(node);
  if (is_added) return 0;
  fprintf(stderr, "the device cannot be plugged in: %s\n", error->message);
  g_error_free(error);
  return -1;
}

int usb_testbed_plug(usb_testbed *bed, int number, const usb_testbed_device *device) {
  plugged *port = &bed->ports[number - 1];
  g_mutex_lock(&bed->lock);
  int device_number = bed->next_device_number++;
  g_snprintf(port->node, sizeof port->node, "/dev/bus/usb/001/%03d", device_number);
  port->device = *device;
  port->is_plugged = TRUE;
  port->input[0] = 0;
  port->report_count = 0;
  port->urb_count = 0;
  for (int i = 0; i < MAXIMUM_INTERFACES; i++) {
    port->driver_is_bound[i] = i < interface_count(device->kind);
    port->is_claimed[i] = FALSE;
  }
  g_mutex_unlock(&bed->lock);
  char *text = description(port, device_number);
  int result = add(bed, port, port->node, text);
  g_free(text);
  return result;
}

int usb_testbed_add_input(usb_testbed *bed, int number) {
  plugged *port = &bed->ports[number - 1];
  g_mutex_lock(&bed->lock);
  int unique = bed->next_device_number++;
  g_snprintf(port->input, sizeof port->input, "/dev/input/event%d", unique);
  port->input_product = port->device.product;
  g_mutex_unlock(&bed->lock);
  char *interface = g_strdup_printf("%s/1-%d:1.0", port->sysfs + strlen("/sys"), number);
  char *hid = g_strdup_printf("%s/0003:05E0:1200.%04X", interface, unique);
  char *input = g_strdup_printf("%s/input/input%d", hid, unique);
  char *text = g_strdup_printf(
      "P: %s/event%d\nN: input/event%d\nE: DEVNAME=/dev/input/event%d\nE: MAJOR=13\nE: MINOR=%d\nE: SUBSYSTEM=input\n"
      "A: dev=13:%d\n\nP: %s\nE: SUBSYSTEM=input\nA: name=Barcode Scanner\n\nP: %s\nE: SUBSYSTEM=hid\n\n"
      "P: %s\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\nA: bInterfaceNumber=00\n",
      input, unique, unique, unique, unique, unique, input, hid, interface);
  int result = add(bed, port, port->input, text);
  g_free(text);
  g_free(input);
  g_free(hid);
  g_free(interface);
  return result;
}

void usb_testbed_change_input_product(usb_testbed *bed, int number, uint16_t product) {
  g_mutex_lock(&bed->lock);
  bed->ports[number - 1].input_product = product;
  g_mutex_unlock(&bed->lock);
}

int usb_testbed_input_events(usb_testbed *bed, int number, const uint8_t *bytes, int count) {
  int descriptor = umockdev_testbed_get_dev_fd(bed->bed, bed->ports[number - 1].input);
  return descriptor >= 0 && write(descriptor, bytes, (size_t)count) == count ? 0 : -1;
}

void usb_testbed_unplug(usb_testbed *bed, int number) {
  plugged *port = &bed->ports[number - 1];
  g_mutex_lock(&bed->lock);
  port->is_plugged = FALSE;
  port->report_count = 0;
  for (int i = 0; i < port->urb_count; i++) {
    if (port->urbs[i].is_done) continue;
    port->urbs[i].is_done = TRUE;
    port->urbs[i].status = -ESHUTDOWN;
  }
  g_mutex_unlock(&bed->lock);
  umockdev_testbed_uevent(bed->bed, port->sysfs, "remove");
  /* The preload library ends the process when a node vanishes between its open and its first request: time for that. */
  g_usleep(GRACE_MICROSECONDS);
  /* The handler stays on the old node, where it answers ENODEV: detaching it under a request aborts the process. */
  if (port->input[0] != 0) {
    char *interface = g_strdup_printf("%s/1-%d:1.0", port->sysfs, number);
    umockdev_testbed_remove_device(bed->bed, interface);
    g_free(interface);
  }
  umockdev_testbed_remove_device(bed->bed, port->sysfs);
}

void usb_testbed_refuse_claims(usb_testbed *bed, int number, int is_refused) {
  g_mutex_lock(&bed->lock);
  bed->ports[number - 1].is_refused = is_refused != 0;
  g_mutex_unlock(&bed->lock);
}

int usb_testbed_is_claimed(usb_testbed *bed, int number) {
  g_mutex_lock(&bed->lock);
  int result = bed->ports[number - 1].is_plugged && bed->ports[number - 1].is_claimed[0];
  g_mutex_unlock(&bed->lock);
  return result;
}

int usb_testbed_report(usb_testbed *bed, int number, const uint8_t *report, int count) {
  plugged *port = &bed->ports[number - 1];
  g_mutex_lock(&bed->lock);
  int result = -1;
  if (port->is_plugged && port->report_count < MAXIMUM_REPORTS && count <= REPORT_BYTES) {
    int last = (port->first_report + port->report_count) % MAXIMUM_REPORTS;
    memcpy(port->reports[last], report, (size_t)count);
    port->report_lengths[last] = count;
    port->report_count++;
    result = 0;
  }
  g_mutex_unlock(&bed->lock);
  return result;
}

usb_testbed_counts usb_testbed_get_counts(usb_testbed *bed, int number) {
  g_mutex_lock(&bed->lock);
  usb_testbed_counts counts = bed->ports[number - 1].counts;
  g_mutex_unlock(&bed->lock);
  return counts;
}
