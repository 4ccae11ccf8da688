// What SQLite calls on the disk itself, and the registration.
#include "Disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FaultDisk *enter(sqlite3_vfs *vfs) {
  FaultDisk *disk = vfs->pAppData;
  pthread_mutex_lock(&disk->mutex);
  return disk;
}

static int leave(FaultDisk *disk, int code) {
  pthread_mutex_unlock(&disk->mutex);
  return code;
}

static Node *node_make(FaultDisk *disk) {
  Node *node = calloc(1, sizeof *node);
  if (!node) return NULL;
  node->next = disk->nodes;
  disk->nodes = node;
  return node;
}

static int disk_open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *out_flags) {
  FaultDisk *disk = enter(vfs);
  Handle *handle = (Handle *)file;
  memset(handle, 0, sizeof *handle);
  int is_cut;
  if (!disk->has_power || faultdisk_enter(disk, FAULTDISK_OPEN, &is_cut)) return leave(disk, SQLITE_CANTOPEN);
  char temporary[32];
  if (!path) {
    snprintf(temporary, sizeof temporary, "temporary-%lld", (long long)disk->temporary_names++);
    path = temporary;
  }
  Node *node = name_find(disk->names, path);
  int is_new = node == NULL;
  if (disk->read_only) {
    if (is_new) return leave(disk, SQLITE_CANTOPEN);
    flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  }
  if (is_new) {
    if (!(flags & SQLITE_OPEN_CREATE)) return leave(disk, SQLITE_CANTOPEN);
    node = node_make(disk);
    if (!node || name_create(disk, path, node)) return leave(disk, SQLITE_NOMEM);
  }
  node->handles++;
  disk->open_handles++;
  handle->base.pMethods = &faultdisk_methods;
  handle->disk = disk;
  handle->node = node;
  handle->power_cuts = disk->power_cuts;
  handle->syncs_directory =
    (flags & SQLITE_OPEN_CREATE) && (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL));
  if (flags & SQLITE_OPEN_DELETEONCLOSE) name_delete(disk, path);
  if (out_flags) *out_flags = flags;
  return leave(disk, SQLITE_OK);
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int syncs_directory) {
  FaultDisk *disk = enter(vfs);
  int is_cut;
  if (!disk->has_power || faultdisk_enter(disk, FAULTDISK_DELETE, &is_cut) || disk->read_only)
    return leave(disk, SQLITE_IOERR_DELETE);
  if (!name_find(disk->names, path)) return leave(disk, SQLITE_IOERR_DELETE_NOENT);
  int code = name_delete(disk, path);
  int is_lie = disk->lie_percent && faultdisk_random(disk) % 100 < (uint64_t)disk->lie_percent;
  if (syncs_directory && !is_lie) names_sync(disk);
  nodes_sweep(disk);
  return leave(disk, code);
}

static int disk_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
  FaultDisk *disk = enter(vfs);
  if (!disk->has_power) return leave(disk, SQLITE_IOERR_ACCESS);
  Node *node = name_find(disk->names, path);
  // As SQLite's own VFS: a file of size zero does not count as being there.
  *result = node && (flags != SQLITE_ACCESS_EXISTS || node->now.size > 0)
    && !(flags == SQLITE_ACCESS_READWRITE && disk->read_only);
  return leave(disk, SQLITE_OK);
}

static int disk_full_path(sqlite3_vfs *vfs, const char *path, int room, char *result) {
  (void)vfs;
  return snprintf(result, (size_t)room, "%s", path) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int disk_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
  FaultDisk *disk = enter(vfs);
  for (int index = 0; index < count; index++) bytes[index] = (char)faultdisk_random(disk);
  return leave(disk, count);
}

static int disk_sleep(sqlite3_vfs *vfs, int microseconds) {
  (void)vfs;
  // Whoever waits for a lock gives the other thread its turn, whatever that does to the order of calls.
  sqlite3_vfs *real = sqlite3_vfs_find(NULL);
  return real ? real->xSleep(real, microseconds) : microseconds;
}

static int disk_time(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
  FaultDisk *disk = enter(vfs);
  // Julian day 2461366.0, 21 November 2026, in milliseconds; one more at every call.
  *milliseconds = INT64_C(2461366) * 86400000 + disk->time_milliseconds++;
  return leave(disk, SQLITE_OK);
}

static int disk_old_time(sqlite3_vfs *vfs, double *days) {
  sqlite3_int64 milliseconds;
  disk_time(vfs, &milliseconds);
  *days = (double)milliseconds / 86400000.0;
  return SQLITE_OK;
}

static int disk_last_error(sqlite3_vfs *vfs, int count, char *text) {
  (void)vfs;
  if (count > 0) *text = 0;
  return 0;
}

FaultDisk *faultdisk_create(const char *name, uint64_t seed) {
  if (sqlite3_initialize() || sqlite3_vfs_find(name) || !sqlite3_compileoption_used("USE_URI")) return NULL;
  FaultDisk *disk = calloc(1, sizeof *disk);
  if (!disk || !(disk->name = strdup(name))) {
    free(disk);
    return NULL;
  }
  pthread_mutex_init(&disk->mutex, NULL);
  disk->random = seed;
  disk->has_power = 1;
  disk->capacity = -1;
  disk->vfs = (sqlite3_vfs){
    .iVersion = 2,
    .szOsFile = sizeof(Handle),
    .mxPathname = 512,
    .zName = disk->name,
    .pAppData = disk,
    .xOpen = disk_open,
    .xDelete = disk_delete,
    .xAccess = disk_access,
    .xFullPathname = disk_full_path,
    .xRandomness = disk_randomness,
    .xSleep = disk_sleep,
    .xCurrentTime = disk_old_time,
    .xGetLastError = disk_last_error,
    .xCurrentTimeInt64 = disk_time,
  };
  if (sqlite3_vfs_register(&disk->vfs, 0)) {
    faultdisk_free(disk);
    return NULL;
  }
  return disk;
}

void faultdisk_destroy(FaultDisk *disk) {
  sqlite3_vfs_unregister(&disk->vfs);
  pthread_mutex_lock(&disk->mutex);
  disk->is_destroyed = 1;
  int is_unused = disk->open_handles == 0;
  pthread_mutex_unlock(&disk->mutex);
  if (is_unused) faultdisk_free(disk);
}

void faultdisk_free(FaultDisk *disk) {
  names_free(disk);
  while (disk->nodes) {
    Node *node = disk->nodes;
    disk->nodes = node->next;
    node_free(node);
  }
  for (int64_t index = 0; index < disk->graveyard_count; index++) free(disk->graveyard[index]);
  free(disk->graveyard);
  pthread_mutex_destroy(&disk->mutex);
  free(disk->name);
  free(disk);
}
