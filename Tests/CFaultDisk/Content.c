// What a file holds now, what would survive, and how a power cut chooses between the two.
#include "Disk.h"

#include <stdlib.h>
#include <string.h>

/// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t faultdisk_random(FaultDisk *disk) {
  uint64_t mixed = disk->random += UINT64_C(0x9E3779B97F4A7C15);
  mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
  return mixed ^ (mixed >> 31);
}

int bytes_resize(Bytes *bytes, int64_t size) {
  if (size > bytes->room) {
    int64_t room = bytes->room * 2 > size ? bytes->room * 2 : size;
    unsigned char *data = realloc(bytes->data, (size_t)room);
    if (!data) return SQLITE_NOMEM;
    bytes->data = data;
    bytes->room = room;
  }
  if (size > bytes->size) memset(bytes->data + bytes->size, 0, (size_t)(size - bytes->size));
  bytes->size = size;
  return SQLITE_OK;
}

int bytes_write(Bytes *bytes, int64_t offset, const unsigned char *data, int64_t count) {
  if (offset + count > bytes->size) {
    int code = bytes_resize(bytes, offset + count);
    if (code) return code;
  }
  memcpy(bytes->data + offset, data, (size_t)count);
  return SQLITE_OK;
}

static Pending *node_append(Node *node, int64_t offset, const void *data, int64_t count) {
  Pending *pending = malloc(sizeof *pending + (size_t)count);
  if (!pending) return NULL;
  pending->next = NULL;
  pending->offset = offset;
  pending->count = count;
  pending->is_truncation = data == NULL;
  if (data) memcpy(pending->data, data, (size_t)count);
  if (node->last) node->last->next = pending; else node->first = pending;
  node->last = pending;
  return pending;
}

int node_write(Node *node, int64_t offset, const void *data, int64_t count) {
  if (!count) return SQLITE_OK;
  if (!node_append(node, offset, data, count)) return SQLITE_NOMEM;
  return bytes_write(&node->now, offset, data, count);
}

int node_truncate(Node *node, int64_t size) {
  if (!node_append(node, size, NULL, 0)) return SQLITE_NOMEM;
  return bytes_resize(&node->now, size);
}

static void node_forget(Node *node) {
  while (node->first) {
    Pending *pending = node->first;
    node->first = pending->next;
    free(pending);
  }
  node->last = NULL;
}

static int pending_apply(const Pending *pending, Bytes *bytes) {
  return pending->is_truncation ? bytes_resize(bytes, pending->offset)
                                : bytes_write(bytes, pending->offset, pending->data, pending->count);
}

int node_sync(Node *node) {
  int code = SQLITE_OK;
  for (Pending *pending = node->first; pending && !code; pending = pending->next)
    code = pending_apply(pending, &node->durable);
  node_forget(node);
  return code;
}

void node_sync_badly(FaultDisk *disk, Node *node) {
  for (Pending *pending = node->first; pending; pending = pending->next)
    if (faultdisk_random(disk) % 2) pending_apply(pending, &node->durable);
  node_forget(node);
}

enum { WHOLE, FIRST_HALF, SECOND_HALF, RUBBISH };

typedef struct Sector {
  /// States that it went through, the number of those that arrived, and what became of the next one.
  uint32_t states, arrived, seen;
  int torn;
} Sector;

/// Applies the part of a write that lies in one sector, so far as that sector lets it.
static void sector_apply(FaultDisk *disk, Sector *sector, const Pending *pending, int64_t start, int64_t end,
                         int64_t sector_start, Bytes *durable) {
  uint32_t turn = sector->seen++;
  const unsigned char *data = pending->data + (start - pending->offset);
  if (turn < sector->arrived) {
    bytes_write(durable, start, data, end - start);
  } else if (turn == sector->arrived && sector->torn != WHOLE) {
    int64_t middle = sector_start + FAULTDISK_SECTOR_BYTES / 2;
    int64_t from = sector->torn == SECOND_HALF && middle > start ? middle : start;
    int64_t until = sector->torn == FIRST_HALF && middle < end ? middle : end;
    if (from >= until) return;
    if (sector->torn == RUBBISH) {
      for (int64_t at = from; at < until; at++) {
        unsigned char rubbish = (unsigned char)faultdisk_random(disk);
        bytes_write(durable, at, &rubbish, 1);
      }
    } else {
      bytes_write(durable, from, pending->data + (from - pending->offset), until - from);
    }
  }
}

static void sectors_choose(FaultDisk *disk, Sector *sectors, int64_t count, FaultDiskLoss loss) {
  // How much arrived differs from cut to cut: little, half, almost everything.
  uint64_t share = faultdisk_random(disk) % 101;
  for (int64_t index = 0; index < count; index++) {
    Sector *sector = &sectors[index];
    if (!sector->states) continue;
    uint64_t draw = faultdisk_random(disk);
    if (draw % 100 < share) {
      sector->arrived = sector->states;
    } else {
      sector->arrived = (uint32_t)((draw >> 8) % sector->states);
      if (loss == FAULTDISK_TEAR && (draw >> 40) % 4 == 0) sector->torn = 1 + (int)((draw >> 48) % 3);
    }
  }
}

void node_lose_power(FaultDisk *disk, Node *node, FaultDiskLoss loss) {
  if (loss == FAULTDISK_KEEP) node_sync(node);
  if (loss == FAULTDISK_REORDER || loss == FAULTDISK_TEAR) {
    int64_t end = 0;
    for (Pending *pending = node->first; pending; pending = pending->next)
      if (!pending->is_truncation && pending->offset + pending->count > end) end = pending->offset + pending->count;
    int64_t count = (end + FAULTDISK_SECTOR_BYTES - 1) / FAULTDISK_SECTOR_BYTES;
    Sector *sectors = calloc((size_t)count + 1, sizeof *sectors);
    if (!sectors) abort();
    for (int pass = 0; pass < 2; pass++) {
      for (Pending *pending = node->first; pending; pending = pending->next) {
        if (pending->is_truncation) {
          if (pass && faultdisk_random(disk) % 2) bytes_resize(&node->durable, pending->offset);
          continue;
        }
        int64_t start = pending->offset, stop = pending->offset + pending->count;
        while (start < stop) {
          int64_t index = start / FAULTDISK_SECTOR_BYTES;
          int64_t next = (index + 1) * FAULTDISK_SECTOR_BYTES < stop ? (index + 1) * FAULTDISK_SECTOR_BYTES : stop;
          if (pass) {
            sector_apply(disk, &sectors[index], pending, start, next, index * FAULTDISK_SECTOR_BYTES, &node->durable);
          } else {
            sectors[index].states++;
          }
          start = next;
        }
      }
      if (!pass) sectors_choose(disk, sectors, count, loss);
    }
    free(sectors);
  }
  node_forget(node);
  node->now.size = 0;
  if (node->durable.size) bytes_write(&node->now, 0, node->durable.data, node->durable.size);
}

void node_free(Node *node) {
  node_forget(node);
  for (int region = 0; region < node->shm_region_count; region++) free(node->shm_regions[region]);
  free(node->shm_regions);
  free(node->now.data);
  free(node->durable.data);
  free(node);
}
