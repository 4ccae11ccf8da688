// The one directory of the disk: names now, names that would survive, and what lies between.
#include "Disk.h"

#include <stdlib.h>
#include <string.h>

Node *name_find(Name *names, const char *path) {
  for (Name *name = names; name; name = name->next)
    if (!strcmp(name->path, path)) return name->node;
  return NULL;
}

/// Gives the path this node, or takes it away where there is none.
static int name_set(Name **names, const char *path, Node *node) {
  for (Name **place = names; *place; place = &(*place)->next) {
    Name *name = *place;
    if (strcmp(name->path, path)) continue;
    if (node) {
      name->node = node;
    } else {
      *place = name->next;
      free(name->path);
      free(name);
    }
    return SQLITE_OK;
  }
  if (!node) return SQLITE_OK;
  Name *name = calloc(1, sizeof *name);
  if (!name || !(name->path = strdup(path))) {
    free(name);
    return SQLITE_NOMEM;
  }
  name->node = node;
  name->next = *names;
  *names = name;
  return SQLITE_OK;
}

static int name_change(FaultDisk *disk, const char *path, Node *node) {
  NameChange *change = calloc(1, sizeof *change);
  if (!change || !(change->path = strdup(path))) {
    free(change);
    return SQLITE_NOMEM;
  }
  change->node = node;
  if (disk->last_change) disk->last_change->next = change; else disk->changes = change;
  disk->last_change = change;
  return name_set(&disk->names, path, node);
}

int name_create(FaultDisk *disk, const char *path, Node *node) { return name_change(disk, path, node); }

int name_delete(FaultDisk *disk, const char *path) { return name_change(disk, path, NULL); }

static void names_settle(FaultDisk *disk, int64_t kept) {
  while (disk->changes) {
    NameChange *change = disk->changes;
    if (kept-- > 0) name_set(&disk->durable_names, change->path, change->node);
    disk->changes = change->next;
    free(change->path);
    free(change);
  }
  disk->last_change = NULL;
}

void names_sync(FaultDisk *disk) {
  names_settle(disk, INT64_MAX);
  nodes_sweep(disk);
}

void names_lose_power(FaultDisk *disk, FaultDiskLoss loss) {
  int64_t count = 0;
  for (NameChange *change = disk->changes; change; change = change->next) count++;
  int64_t kept = loss == FAULTDISK_KEEP ? count : loss == FAULTDISK_DROP ? 0
    : (int64_t)(faultdisk_random(disk) % (uint64_t)(count + 1));
  names_settle(disk, kept);
  while (disk->names) name_set(&disk->names, disk->names->path, NULL);
  for (Name *name = disk->durable_names; name; name = name->next) name_set(&disk->names, name->path, name->node);
}

/// Frees files without a name, now or after a power cut, that nobody has open.
void nodes_sweep(FaultDisk *disk) {
  for (Node **place = &disk->nodes; *place;) {
    Node *node = *place;
    int is_wanted = node->handles > 0;
    for (Name *name = disk->names; name && !is_wanted; name = name->next) is_wanted = name->node == node;
    for (Name *name = disk->durable_names; name && !is_wanted; name = name->next) is_wanted = name->node == node;
    for (NameChange *change = disk->changes; change && !is_wanted; change = change->next)
      is_wanted = change->node == node;
    if (is_wanted) {
      place = &node->next;
    } else {
      *place = node->next;
      node_free(node);
    }
  }
}

void names_free(FaultDisk *disk) {
  names_settle(disk, 0);
  while (disk->names) name_set(&disk->names, disk->names->path, NULL);
  while (disk->durable_names) name_set(&disk->durable_names, disk->durable_names->path, NULL);
}
