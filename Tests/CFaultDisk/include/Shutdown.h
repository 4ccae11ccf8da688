#ifndef FAULTDISK_SHUTDOWN_H
#define FAULTDISK_SHUTDOWN_H

/// Shuts a mounted ext4 or xfs down at once, its log unwritten (EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN with NOLOGFLUSH):
/// what was not on the device is lost, as when the power goes. 0, or errno.
int filesystem_shutdown(const char *_Nonnull mount_point);

#endif
