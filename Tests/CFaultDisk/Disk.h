// What the parts of the disk share. Not seen outside of it.
#ifndef FAULTDISK_DISK_H
#define FAULTDISK_DISK_H

#include "CFaultDisk.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

typedef struct Bytes {
  unsigned char *data;
  int64_t size, room;
} Bytes;

/// A write or a truncation that was not synced. A truncation has no data; its offset is the new size.
typedef struct Pending {
  struct Pending *next;
  int64_t offset, count;
  int is_truncation;
  unsigned char data[];
} Pending;

typedef struct Handle Handle;

/// A file, whatever its name.
typedef struct Node {
  struct Node *next;
  Bytes now, durable;
  Pending *first, *last;
  int handles;
  int is_temporary;
  // Locks of the database file, and of its shared memory: -1 exclusive, otherwise the number of holders.
  int shared;
  Handle *reserved, *pending, *exclusive;
  int shm_locks[SQLITE_SHM_NLOCK];
  void **shm_regions;
  int shm_region_count, shm_users;
} Node;

typedef struct Name {
  struct Name *next;
  char *path;
  Node *node;
} Name;

/// A name that was made, or taken away (`node` NULL), and not synced.
typedef struct NameChange {
  struct NameChange *next;
  char *path;
  Node *node;
} NameChange;

struct FaultDisk {
  sqlite3_vfs vfs;
  char *name;
  pthread_mutex_t mutex;
  uint64_t random;
  uint64_t power_cuts;
  int has_power, read_only, lie_percent, is_destroyed;
  int64_t capacity, reserve, foreign;
  int64_t open_handles, calls[6], injected, temporary_names, time_milliseconds;
  int64_t crash_countdown, fail_countdown, fail_count;
  int crash_kinds, fail_kinds, fail_code;
  FaultDiskLoss crash_loss;
  Node *nodes;
  Name *names, *durable_names;
  NameChange *changes, *last_change;
  void **graveyard;
  int64_t graveyard_count;
};

struct Handle {
  sqlite3_file base;
  FaultDisk *disk;
  Node *node;
  uint64_t power_cuts;
  int lock, deletes_on_close, syncs_directory, is_open;
  int uses_shm;
  unsigned shm_shared, shm_exclusive;
};

// Content.c
uint64_t faultdisk_random(FaultDisk *disk);
int bytes_resize(Bytes *bytes, int64_t size);
int bytes_write(Bytes *bytes, int64_t offset, const unsigned char *data, int64_t count);
int node_write(Node *node, int64_t offset, const void *data, int64_t count);
int node_truncate(Node *node, int64_t size);
int node_sync(Node *node);
void node_sync_badly(FaultDisk *disk, Node *node);
void node_lose_power(FaultDisk *disk, Node *node, FaultDiskLoss loss);
void node_free(Node *node);

// Names.c
Node *name_find(Name *names, const char *path);
int name_create(FaultDisk *disk, const char *path, Node *node);
int name_delete(FaultDisk *disk, const char *path);
void names_sync(FaultDisk *disk);
void names_lose_power(FaultDisk *disk, FaultDiskLoss loss);
void nodes_sweep(FaultDisk *disk);
void names_free(FaultDisk *disk);

// CFaultDisk.c
int64_t faultdisk_used(FaultDisk *disk);
void faultdisk_cut(FaultDisk *disk, FaultDiskLoss loss);
/// 0: go on. Otherwise the SQLite code to return; `is_cut` where the power went during this very call.
int faultdisk_enter(FaultDisk *disk, FaultDiskCall call, int *is_cut);
void faultdisk_free(FaultDisk *disk);

// Methods.c, Locks.c
extern const sqlite3_io_methods faultdisk_methods;
int handle_lock(sqlite3_file *file, int level);
int handle_unlock(sqlite3_file *file, int level);
int handle_check_reserved(sqlite3_file *file, int *result);
int handle_shm_map(sqlite3_file *file, int region, int bytes, int extend, void volatile **result);
int handle_shm_lock(sqlite3_file *file, int offset, int count, int flags);
void handle_shm_barrier(sqlite3_file *file);
int handle_shm_unmap(sqlite3_file *file, int deletes);
void node_drop_locks(FaultDisk *disk, Node *node);
void graveyard_add(FaultDisk *disk, void *memory);
int handle_is_stale(const Handle *handle);

#endif
