#ifndef CFAULTDISK_H
#define CFAULTDISK_H

#include "Shutdown.h"

#include <stdint.h>

/// A disk in memory below SQLite, as a VFS of its own name: it loses power, lies, fails and fills up on demand.
///
/// Every file has what is read now and what would survive a power cut. A write is pending until its file is synced; at a
/// power cut each sector of 512 bytes keeps any of the states it went through since, or half of one, or rubbish where it
/// was written. New and deleted names are pending until a journal, a WAL or the directory is synced, and survive in the
/// order in which they were made, as on a file system that journals its metadata. The same seed and the same calls give
/// the same disk. Every function may be called from any thread.
typedef struct FaultDisk FaultDisk;

enum { FAULTDISK_SECTOR_BYTES = 512, FAULTDISK_BLOCK_BYTES = 4096 };

/// Kinds of calls that are counted and can fail.
typedef enum FaultDiskCall {
  FAULTDISK_OPEN = 1,
  FAULTDISK_READ = 2,
  FAULTDISK_WRITE = 4,
  FAULTDISK_SYNC = 8,
  FAULTDISK_TRUNCATE = 16,
  FAULTDISK_DELETE = 32,
  FAULTDISK_ANY = 63,
} FaultDiskCall;

/// What a power cut does to what was not synced.
typedef enum FaultDiskLoss {
  /// Everything arrived.
  FAULTDISK_KEEP = 0,
  /// Nothing arrived.
  FAULTDISK_DROP = 1,
  /// Whole sectors arrived or did not, in any order.
  FAULTDISK_REORDER = 2,
  /// As above; some sectors are torn in the middle or hold rubbish where they were written.
  FAULTDISK_TEAR = 3,
} FaultDiskLoss;

/// Registers a disk under a name that no other VFS has. NULL where SQLite refuses the name, or was built without URI
/// file names (SQLITE_USE_URI), by which alone the disk is reached.
FaultDisk *_Nullable faultdisk_create(const char *_Nonnull name, uint64_t seed);
/// Unregisters it; what is still open is freed when it is closed.
void faultdisk_destroy(FaultDisk *_Nonnull disk);

/// The power goes: every call fails until `faultdisk_restart`. Files that are open stay useless for ever.
void faultdisk_crash(FaultDisk *_Nonnull disk, FaultDiskLoss loss);
/// The power goes during the n-th counted call of these kinds from now on (1: the next); 0 takes the order back.
void faultdisk_crash_at(FaultDisk *_Nonnull disk, int64_t n, int kinds, FaultDiskLoss loss);
/// The power is back, with what survived.
void faultdisk_restart(FaultDisk *_Nonnull disk);
int faultdisk_has_power(FaultDisk *_Nonnull disk);

/// The n-th counted call of these kinds from now on fails, and `count` - 1 of these kinds after it (-1: all). `code` is
/// SQLITE_IOERR, given with the extended code of the call, or SQLITE_FULL for calls that write. A write that fails may
/// have been made in part. A sync that fails keeps some writes and forgets others for good, although they can still be
/// read: what Linux does. 0 takes the order back.
void faultdisk_fail_at(FaultDisk *_Nonnull disk, int64_t n, int kinds, int code, int64_t count);
/// Failures that were injected since the disk was made, those of `faultdisk_fail_at` alone.
int64_t faultdisk_injected(FaultDisk *_Nonnull disk);

/// So many of 100 syncs do nothing and say that they did.
void faultdisk_lie(FaultDisk *_Nonnull disk, int percent);
/// Space for files and reserve in bytes, counted in blocks of 4,096; negative: without end.
void faultdisk_set_capacity(FaultDisk *_Nonnull disk, int64_t bytes);
/// Bytes that somebody else's files take.
void faultdisk_set_foreign(FaultDisk *_Nonnull disk, int64_t bytes);
/// As after `mount -o remount,ro`.
void faultdisk_set_read_only(FaultDisk *_Nonnull disk, int read_only);
int faultdisk_is_read_only(FaultDisk *_Nonnull disk);

/// Sets bytes aside, or gives them back with 0. An SQLite code. They survive a power cut.
int faultdisk_reserve(FaultDisk *_Nonnull disk, int64_t bytes);
int64_t faultdisk_reserved(FaultDisk *_Nonnull disk);
/// Free and whole bytes; both INT64_MAX for a disk without end.
void faultdisk_space(FaultDisk *_Nonnull disk, int64_t *_Nonnull free_bytes, int64_t *_Nonnull capacity_bytes);

/// Counted calls of these kinds since the disk was made.
int64_t faultdisk_calls(FaultDisk *_Nonnull disk, int kinds);
/// Size of a file in bytes as it is read now; -1 where there is none.
int64_t faultdisk_file_size(FaultDisk *_Nonnull disk, const char *_Nonnull path);
/// Reads without SQLite and without being counted: how many bytes there were; -1 where there is no such file.
int64_t faultdisk_peek(FaultDisk *_Nonnull disk, const char *_Nonnull path, int64_t offset, void *_Nonnull bytes,
                       int64_t count);
/// Damages a file, durably. 0 where there is no such place.
int faultdisk_flip_bit(FaultDisk *_Nonnull disk, const char *_Nonnull path, int64_t offset, int bit);

#endif
