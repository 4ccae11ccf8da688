// Locks of the database file and its shared memory, both within this process.
#include "Disk.h"

#include <stdlib.h>
#include <string.h>

int handle_is_stale(const Handle *handle) {
  return !handle->disk->has_power || handle->power_cuts != handle->disk->power_cuts;
}

static void enter(sqlite3_file *file) { pthread_mutex_lock(&((Handle *)file)->disk->mutex); }
static void leave(sqlite3_file *file) { pthread_mutex_unlock(&((Handle *)file)->disk->mutex); }

static int take_lock(Handle *handle, int level) {
  Node *node = handle->node;
  if (handle_is_stale(handle)) return SQLITE_IOERR_LOCK;
  if (handle->lock >= level) return SQLITE_OK;
  if (level == SQLITE_LOCK_SHARED) {
    if (node->pending || node->exclusive) return SQLITE_BUSY;
    node->shared++;
  } else if (level == SQLITE_LOCK_RESERVED) {
    if (node->reserved || node->pending) return SQLITE_BUSY;
    node->reserved = handle;
  } else {
    if ((node->pending && node->pending != handle) || (node->reserved && node->reserved != handle)) return SQLITE_BUSY;
    node->pending = handle;
    handle->lock = SQLITE_LOCK_PENDING;
    if (node->shared > 1) return SQLITE_BUSY;
    node->exclusive = handle;
  }
  handle->lock = level;
  return SQLITE_OK;
}

int handle_lock(sqlite3_file *file, int level) {
  enter(file);
  int code = take_lock((Handle *)file, level);
  leave(file);
  return code;
}

int handle_unlock(sqlite3_file *file, int level) {
  Handle *handle = (Handle *)file;
  enter(file);
  if (handle->power_cuts == handle->disk->power_cuts && handle->lock > level) {
    Node *node = handle->node;
    if (node->reserved == handle) node->reserved = NULL;
    if (node->pending == handle) node->pending = NULL;
    if (node->exclusive == handle) node->exclusive = NULL;
    if (level == SQLITE_LOCK_NONE) node->shared--;
  }
  if (handle->lock > level) handle->lock = level;
  leave(file);
  return SQLITE_OK;
}

int handle_check_reserved(sqlite3_file *file, int *result) {
  Handle *handle = (Handle *)file;
  enter(file);
  *result = handle->node->reserved || handle->node->pending;
  leave(file);
  return SQLITE_OK;
}

void node_drop_locks(FaultDisk *disk, Node *node) {
  node->shared = 0;
  node->reserved = node->pending = node->exclusive = NULL;
  for (int lock = 0; lock < SQLITE_SHM_NLOCK; lock++) node->shm_locks[lock] = 0;
  node->shm_users = 0;
  // Connections of the time before the power cut may still look at their regions: they live as long as the disk.
  for (int region = 0; region < node->shm_region_count; region++) graveyard_add(disk, node->shm_regions[region]);
  free(node->shm_regions);
  node->shm_regions = NULL;
  node->shm_region_count = 0;
}

void graveyard_add(FaultDisk *disk, void *memory) {
  void **grown = realloc(disk->graveyard, sizeof *grown * (size_t)(disk->graveyard_count + 1));
  if (!grown) abort();
  disk->graveyard = grown;
  grown[disk->graveyard_count++] = memory;
}

// MARK: Shared memory

static int map_region(Handle *handle, int region, int bytes, int extend, void volatile **result) {
  Node *node = handle->node;
  *result = NULL;
  if (handle_is_stale(handle)) return SQLITE_IOERR_SHMMAP;
  if (!handle->uses_shm) {
    handle->uses_shm = 1;
    // The first one finds it empty, as the file -shm is truncated by whoever comes alone.
    if (node->shm_users++ == 0)
      for (int known = 0; known < node->shm_region_count; known++) memset(node->shm_regions[known], 0, (size_t)bytes);
  }
  if (region >= node->shm_region_count) {
    if (!extend) return SQLITE_OK;
    void **regions = realloc(node->shm_regions, sizeof *regions * (size_t)(region + 1));
    if (!regions) return SQLITE_NOMEM;
    node->shm_regions = regions;
    while (node->shm_region_count <= region) {
      void *memory = calloc(1, (size_t)bytes);
      if (!memory) return SQLITE_NOMEM;
      regions[node->shm_region_count++] = memory;
    }
  }
  *result = node->shm_regions[region];
  return SQLITE_OK;
}

int handle_shm_map(sqlite3_file *file, int region, int bytes, int extend, void volatile **result) {
  enter(file);
  int code = map_region((Handle *)file, region, bytes, extend, result);
  leave(file);
  return code;
}

static int take_shm_lock(Handle *handle, unsigned mask, int flags) {
  Node *node = handle->node;
  for (int lock = 0; lock < SQLITE_SHM_NLOCK; lock++) {
    unsigned bit = 1u << lock;
    if (!(mask & bit) || flags & SQLITE_SHM_UNLOCK) continue;
    if (flags & SQLITE_SHM_SHARED && node->shm_locks[lock] < 0) return SQLITE_BUSY;
    if (flags & SQLITE_SHM_EXCLUSIVE && node->shm_locks[lock] != 0 && !(handle->shm_exclusive & bit)) return SQLITE_BUSY;
  }
  for (int lock = 0; lock < SQLITE_SHM_NLOCK; lock++) {
    unsigned bit = 1u << lock;
    if (!(mask & bit)) continue;
    if (flags & SQLITE_SHM_UNLOCK) {
      if (handle->shm_exclusive & bit) node->shm_locks[lock] = 0;
      if (handle->shm_shared & bit) node->shm_locks[lock]--;
      handle->shm_exclusive &= ~bit;
      handle->shm_shared &= ~bit;
    } else if (flags & SQLITE_SHM_EXCLUSIVE) {
      node->shm_locks[lock] = -1;
      handle->shm_exclusive |= bit;
    } else if (!(handle->shm_shared & bit)) {
      node->shm_locks[lock]++;
      handle->shm_shared |= bit;
    }
  }
  return SQLITE_OK;
}

int handle_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
  Handle *handle = (Handle *)file;
  unsigned mask = (1u << (offset + count)) - (1u << offset);
  enter(file);
  int code = SQLITE_OK;
  if (!handle_is_stale(handle)) {
    code = take_shm_lock(handle, mask, flags);
  } else if (!(flags & SQLITE_SHM_UNLOCK)) {
    code = SQLITE_IOERR_SHMLOCK;
  }
  leave(file);
  return code;
}

void handle_shm_barrier(sqlite3_file *file) {
  enter(file);
  leave(file);
}

int handle_shm_unmap(sqlite3_file *file, int deletes) {
  Handle *handle = (Handle *)file;
  enter(file);
  if (handle->uses_shm && handle->power_cuts == handle->disk->power_cuts) {
    take_shm_lock(handle, (1u << SQLITE_SHM_NLOCK) - 1, SQLITE_SHM_UNLOCK);
    Node *node = handle->node;
    // The last one leaves nothing behind, as the file -shm is unlinked.
    if (--node->shm_users == 0 && deletes) {
      for (int region = 0; region < node->shm_region_count; region++) free(node->shm_regions[region]);
      free(node->shm_regions);
      node->shm_regions = NULL;
      node->shm_region_count = 0;
    }
  }
  handle->uses_shm = 0;
  leave(file);
  return SQLITE_OK;
}
