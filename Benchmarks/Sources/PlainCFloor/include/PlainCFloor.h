// The floor of the benchmark: the least that can put readings durably into SQLite. Plain C, one prepared INSERT, one
// transaction a batch, WAL with synchronous=FULL.
#ifndef PLAIN_C_FLOOR_H
#define PLAIN_C_FLOOR_H

#include <stdint.h>

typedef struct {
  int64_t id;
  int64_t time;
  double value;
  int64_t quality;
} floor_row;

typedef struct floor_store floor_store;

// Creates the file and its table. NULL where that failed or where the modes read back are not WAL and FULL; `message`
// then says why.
floor_store *floor_open(const char *path, char *message, int message_bytes);

// Inserts all rows, `batch` of them a transaction, and writes how long each transaction took, from BEGIN to the end of
// COMMIT, into `seconds` (one entry a batch). 0, or the SQLite error code.
int floor_insert(floor_store *store, const floor_row *rows, int64_t count, int64_t batch, double *seconds);

// The same in blobs of this many readings, 19 bytes each, one row a blob.
#define FLOOR_BLOB_READINGS 500
int floor_insert_blobs(floor_store *store, const floor_row *rows, int64_t count, int64_t batch, double *seconds);

void floor_close(floor_store *store);

// Moves the whole WAL of a database that nobody else has open into its file. 0, or the SQLite error code.
int floor_checkpoint(const char *path);

// The version of the SQLite library that this process runs with.
const char *floor_sqlite_version(void);

#endif
