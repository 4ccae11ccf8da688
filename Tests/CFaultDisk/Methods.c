// What SQLite calls on an open file.
#include "Disk.h"

#include <stdlib.h>
#include <string.h>

static FaultDisk *enter(sqlite3_file *file) {
  FaultDisk *disk = ((Handle *)file)->disk;
  pthread_mutex_lock(&disk->mutex);
  return disk;
}

static int leave(sqlite3_file *file, int code) {
  pthread_mutex_unlock(&((Handle *)file)->disk->mutex);
  return code;
}

static int64_t blocks(int64_t size) {
  return (size + FAULTDISK_BLOCK_BYTES - 1) / FAULTDISK_BLOCK_BYTES * FAULTDISK_BLOCK_BYTES;
}

static int handle_close(sqlite3_file *file) {
  Handle *handle = (Handle *)file;
  FaultDisk *disk = enter(file);
  if (handle->uses_shm) {
    pthread_mutex_unlock(&disk->mutex);
    handle_shm_unmap(file, 0);
    pthread_mutex_lock(&disk->mutex);
  }
  handle->node->handles--;
  nodes_sweep(disk);
  disk->open_handles--;
  int is_last = disk->is_destroyed && disk->open_handles == 0;
  pthread_mutex_unlock(&disk->mutex);
  if (is_last) faultdisk_free(disk);
  return SQLITE_OK;
}

static int handle_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  Handle *handle = (Handle *)file;
  FaultDisk *disk = enter(file);
  if (handle_is_stale(handle)) return leave(file, SQLITE_IOERR_READ);
  int is_cut, code = faultdisk_enter(disk, FAULTDISK_READ, &is_cut);
  if (code) return leave(file, SQLITE_IOERR_READ);
  const Bytes *now = &handle->node->now;
  int64_t got = offset >= now->size ? 0 : now->size - offset < count ? now->size - offset : count;
  if (got > 0) memcpy(bytes, now->data + offset, (size_t)got);
  if (got < count) memset((char *)bytes + got, 0, (size_t)(count - got));
  return leave(file, got < count ? SQLITE_IOERR_SHORT_READ : SQLITE_OK);
}

static int handle_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  Handle *handle = (Handle *)file;
  FaultDisk *disk = enter(file);
  if (handle_is_stale(handle)) return leave(file, SQLITE_IOERR_WRITE);
  int is_cut, code = faultdisk_enter(disk, FAULTDISK_WRITE, &is_cut);
  if (code) {
    // The power went, or the error came, somewhere in the middle of it.
    int64_t done = (int64_t)(faultdisk_random(disk) % (uint64_t)(count + 1));
    if (!is_cut && code != SQLITE_FULL) node_write(handle->node, offset, bytes, done);
    return leave(file, code == SQLITE_FULL ? code : SQLITE_IOERR_WRITE);
  }
  if (disk->read_only) return leave(file, SQLITE_IOERR_WRITE);
  int64_t size = handle->node->now.size, needed = offset + count;
  if (disk->capacity >= 0 && needed > size && faultdisk_used(disk) + blocks(needed) - blocks(size) > disk->capacity)
    return leave(file, SQLITE_FULL);
  return leave(file, node_write(handle->node, offset, bytes, count));
}

static int handle_truncate(sqlite3_file *file, sqlite3_int64 size) {
  Handle *handle = (Handle *)file;
  FaultDisk *disk = enter(file);
  if (handle_is_stale(handle)) return leave(file, SQLITE_IOERR_TRUNCATE);
  int is_cut, code = faultdisk_enter(disk, FAULTDISK_TRUNCATE, &is_cut);
  if (code || disk->read_only) return leave(file, SQLITE_IOERR_TRUNCATE);
  return leave(file, node_truncate(handle->node, size));
}

static int handle_sync(sqlite3_file *file, int flags) {
  (void)flags;
  Handle *handle = (Handle *)file;
  FaultDisk *disk = enter(file);
  if (handle_is_stale(handle)) return leave(file, SQLITE_IOERR_FSYNC);
  int is_cut, code = faultdisk_enter(disk, FAULTDISK_SYNC, &is_cut);
  if (code) {
    if (!is_cut) node_sync_badly(disk, handle->node);
    return leave(file, SQLITE_IOERR_FSYNC);
  }
  if (disk->lie_percent && faultdisk_random(disk) % 100 < (uint64_t)disk->lie_percent) return leave(file, SQLITE_OK);
  code = node_sync(handle->node);
  // As SQLite's own VFS: the folder is synced with the first sync of a journal or a WAL that was created.
  if (handle->syncs_directory) names_sync(disk);
  handle->syncs_directory = 0;
  return leave(file, code);
}

static int handle_file_size(sqlite3_file *file, sqlite3_int64 *size) {
  Handle *handle = (Handle *)file;
  enter(file);
  if (handle_is_stale(handle)) return leave(file, SQLITE_IOERR_FSTAT);
  *size = handle->node->now.size;
  return leave(file, SQLITE_OK);
}

static int handle_file_control(sqlite3_file *file, int operation, void *argument) {
  (void)file, (void)operation, (void)argument;
  return SQLITE_NOTFOUND;
}

static int handle_sector_size(sqlite3_file *file) {
  (void)file;
  return FAULTDISK_BLOCK_BYTES;
}

/// As SQLite's own VFS on Linux: bytes beside a write survive it (os_unix.c, SQLITE_POWERSAFE_OVERWRITE).
static int handle_characteristics(sqlite3_file *file) {
  (void)file;
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods faultdisk_methods = {
  .iVersion = 2,
  .xClose = handle_close,
  .xRead = handle_read,
  .xWrite = handle_write,
  .xTruncate = handle_truncate,
  .xSync = handle_sync,
  .xFileSize = handle_file_size,
  .xLock = handle_lock,
  .xUnlock = handle_unlock,
  .xCheckReservedLock = handle_check_reserved,
  .xFileControl = handle_file_control,
  .xSectorSize = handle_sector_size,
  .xDeviceCharacteristics = handle_characteristics,
  .xShmMap = handle_shm_map,
  .xShmLock = handle_shm_lock,
  .xShmBarrier = handle_shm_barrier,
  .xShmUnmap = handle_shm_unmap,
};
