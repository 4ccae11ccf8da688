#include "Shutdown.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

int filesystem_shutdown(const char *mount_point) {
  // linux/ext4.h and xfs_fs.h: _IOR('X', 125, __u32); 2 is NOLOGFLUSH.
  const unsigned long shutdown = _IOR('X', 125, uint32_t);
  uint32_t without_log = 2;
  int descriptor = open(mount_point, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int code = ioctl(descriptor, shutdown, &without_log) ? errno : 0;
  close(descriptor);
  return code;
}
