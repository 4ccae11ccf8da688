#ifndef LOTWIRE_CUSB_SHIM_H
#define LOTWIRE_CUSB_SHIM_H

#include <libusb-1.0/libusb.h>
#include <linux/input.h>
#include <sys/ioctl.h>

/* Takes an input device for this process alone, or gives it back: 0, or -1 with errno. The request is a macro that
   Swift cannot see. */
static inline int lotwire_input_grab(int descriptor, int is_grabbed) {
  return ioctl(descriptor, EVIOCGRAB, is_grabbed);
}

#endif
