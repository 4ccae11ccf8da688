// Orders to the disk: power, faults, lies, space.
#include "Disk.h"

#include <string.h>

static void enter(FaultDisk *disk) { pthread_mutex_lock(&disk->mutex); }
static void leave(FaultDisk *disk) { pthread_mutex_unlock(&disk->mutex); }

void faultdisk_cut(FaultDisk *disk, FaultDiskLoss loss) {
  if (!disk->has_power) return;
  disk->has_power = 0;
  disk->power_cuts++;
  disk->crash_countdown = disk->fail_countdown = 0;
  for (Node *node = disk->nodes; node; node = node->next) {
    node_lose_power(disk, node, loss);
    node_drop_locks(disk, node);
  }
  names_lose_power(disk, loss);
  nodes_sweep(disk);
}

int faultdisk_enter(FaultDisk *disk, FaultDiskCall call, int *is_cut) {
  *is_cut = 0;
  for (int kind = 0; kind < 6; kind++)
    if (call == 1 << kind) disk->calls[kind]++;
  if (disk->crash_countdown > 0 && disk->crash_kinds & (int)call && --disk->crash_countdown == 0) {
    faultdisk_cut(disk, disk->crash_loss);
    *is_cut = 1;
    return SQLITE_IOERR;
  }
  if (disk->fail_countdown > 0 && disk->fail_kinds & (int)call && --disk->fail_countdown == 0) {
    if (disk->fail_count < 0 || --disk->fail_count > 0) disk->fail_countdown = 1;
    disk->injected++;
    return disk->fail_code;
  }
  return SQLITE_OK;
}

void faultdisk_crash(FaultDisk *disk, FaultDiskLoss loss) {
  enter(disk);
  faultdisk_cut(disk, loss);
  leave(disk);
}

void faultdisk_crash_at(FaultDisk *disk, int64_t n, int kinds, FaultDiskLoss loss) {
  enter(disk);
  disk->crash_countdown = n;
  disk->crash_kinds = kinds;
  disk->crash_loss = loss;
  leave(disk);
}

void faultdisk_restart(FaultDisk *disk) {
  enter(disk);
  disk->has_power = 1;
  leave(disk);
}

int faultdisk_has_power(FaultDisk *disk) {
  enter(disk);
  int answer = disk->has_power;
  leave(disk);
  return answer;
}

void faultdisk_fail_at(FaultDisk *disk, int64_t n, int kinds, int code, int64_t count) {
  enter(disk);
  disk->fail_countdown = n;
  disk->fail_kinds = kinds;
  disk->fail_code = code;
  disk->fail_count = count;
  leave(disk);
}

int64_t faultdisk_injected(FaultDisk *disk) {
  enter(disk);
  int64_t answer = disk->injected;
  leave(disk);
  return answer;
}

void faultdisk_lie(FaultDisk *disk, int percent) {
  enter(disk);
  disk->lie_percent = percent;
  leave(disk);
}

void faultdisk_set_capacity(FaultDisk *disk, int64_t bytes) {
  enter(disk);
  disk->capacity = bytes;
  leave(disk);
}

void faultdisk_set_foreign(FaultDisk *disk, int64_t bytes) {
  enter(disk);
  disk->foreign = bytes;
  leave(disk);
}

void faultdisk_set_read_only(FaultDisk *disk, int read_only) {
  enter(disk);
  disk->read_only = read_only;
  leave(disk);
}

int faultdisk_is_read_only(FaultDisk *disk) {
  enter(disk);
  int answer = disk->read_only;
  leave(disk);
  return answer;
}

// MARK: Space

int64_t faultdisk_used(FaultDisk *disk) {
  int64_t used = disk->reserve + disk->foreign;
  for (Node *node = disk->nodes; node; node = node->next)
    used += (node->now.size + FAULTDISK_BLOCK_BYTES - 1) / FAULTDISK_BLOCK_BYTES * FAULTDISK_BLOCK_BYTES;
  return used;
}

int faultdisk_reserve(FaultDisk *disk, int64_t bytes) {
  enter(disk);
  int code = SQLITE_OK;
  if (!disk->has_power || disk->read_only) {
    code = SQLITE_IOERR_WRITE;
  } else if (disk->capacity >= 0 && faultdisk_used(disk) - disk->reserve + bytes > disk->capacity) {
    code = SQLITE_FULL;
  } else {
    disk->reserve = bytes;
  }
  leave(disk);
  return code;
}

int64_t faultdisk_reserved(FaultDisk *disk) {
  enter(disk);
  int64_t answer = disk->reserve;
  leave(disk);
  return answer;
}

void faultdisk_space(FaultDisk *disk, int64_t *free_bytes, int64_t *capacity_bytes) {
  enter(disk);
  if (disk->capacity < 0) {
    *free_bytes = *capacity_bytes = INT64_MAX;
  } else {
    int64_t left = disk->capacity - faultdisk_used(disk);
    *free_bytes = left > 0 ? left : 0;
    *capacity_bytes = disk->capacity;
  }
  leave(disk);
}

// MARK: Looking

int64_t faultdisk_calls(FaultDisk *disk, int kinds) {
  enter(disk);
  int64_t sum = 0;
  for (int kind = 0; kind < 6; kind++)
    if (kinds & 1 << kind) sum += disk->calls[kind];
  leave(disk);
  return sum;
}

int64_t faultdisk_file_size(FaultDisk *disk, const char *path) {
  enter(disk);
  Node *node = name_find(disk->names, path);
  int64_t answer = node ? node->now.size : -1;
  leave(disk);
  return answer;
}

int64_t faultdisk_peek(FaultDisk *disk, const char *path, int64_t offset, void *bytes, int64_t count) {
  enter(disk);
  Node *node = name_find(disk->names, path);
  int64_t got = node ? 0 : -1;
  if (node && offset >= 0 && offset < node->now.size) {
    got = node->now.size - offset < count ? node->now.size - offset : count;
    memcpy(bytes, node->now.data + offset, (size_t)got);
  }
  leave(disk);
  return got;
}

int faultdisk_flip_bit(FaultDisk *disk, const char *path, int64_t offset, int bit) {
  enter(disk);
  Node *node = name_find(disk->names, path);
  int is_there = node && offset >= 0 && offset < node->now.size && bit >= 0 && bit < 8;
  if (is_there) {
    node->now.data[offset] ^= (unsigned char)(1 << bit);
    if (offset < node->durable.size) node->durable.data[offset] ^= (unsigned char)(1 << bit);
  }
  leave(disk);
  return is_there;
}
