#include "PlainCFloor.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct floor_store {
  sqlite3 *database;
  sqlite3_stmt *begin, *insert, *insert_blob, *commit;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// Whether a PRAGMA, read back, has the expected value.
static int reads_back(sqlite3 *database, const char *pragma, const char *expected) {
  sqlite3_stmt *statement = NULL;
  int same = 0;
  if (sqlite3_prepare_v2(database, pragma, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char *text = sqlite3_column_text(statement, 0);
    same = text != NULL && strcmp((const char *)text, expected) == 0;
  }
  sqlite3_finalize(statement);
  return same;
}

static int prepare(floor_store *store) {
  static const char *schema =
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "CREATE TABLE reading ("
      "  id INTEGER NOT NULL, time INTEGER NOT NULL, value REAL NOT NULL, quality INTEGER NOT NULL"
      ") STRICT;"
      "CREATE TABLE reading_blob (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;";
  int result = sqlite3_exec(store->database, schema, NULL, NULL, NULL);
  if (result == SQLITE_OK) result = sqlite3_prepare_v2(store->database, "BEGIN IMMEDIATE", -1, &store->begin, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_prepare_v3(store->database, "INSERT INTO reading (id, time, value, quality) VALUES (?, ?, ?, ?)",
                                -1, SQLITE_PREPARE_PERSISTENT, &store->insert, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_prepare_v3(store->database, "INSERT INTO reading_blob (body) VALUES (?)", -1,
                                SQLITE_PREPARE_PERSISTENT, &store->insert_blob, NULL);
  if (result == SQLITE_OK) result = sqlite3_prepare_v2(store->database, "COMMIT", -1, &store->commit, NULL);
  return result;
}

floor_store *floor_open(const char *path, char *message, int message_bytes) {
  floor_store *store = calloc(1, sizeof *store);
  if (store == NULL) {
    snprintf(message, (size_t)message_bytes, "no memory");
    return NULL;
  }
  if (sqlite3_open(path, &store->database) != SQLITE_OK || prepare(store) != SQLITE_OK) {
    snprintf(message, (size_t)message_bytes, "%s", sqlite3_errmsg(store->database));
  } else if (!reads_back(store->database, "PRAGMA journal_mode", "wal") ||
             !reads_back(store->database, "PRAGMA synchronous", "2")) {
    snprintf(message, (size_t)message_bytes, "the modes read back are not WAL and FULL");
  } else {
    return store;
  }
  floor_close(store);
  return NULL;
}

static int step(sqlite3_stmt *statement) {
  int result = sqlite3_step(statement);
  sqlite3_reset(statement);
  return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int insert_batch(floor_store *store, const floor_row *rows, int64_t count) {
  int result = step(store->begin);
  for (int64_t row = 0; row < count && result == SQLITE_OK; row++) {
    sqlite3_bind_int64(store->insert, 1, rows[row].id);
    sqlite3_bind_int64(store->insert, 2, rows[row].time);
    sqlite3_bind_double(store->insert, 3, rows[row].value);
    sqlite3_bind_int64(store->insert, 4, rows[row].quality);
    result = step(store->insert);
  }
  return result == SQLITE_OK ? step(store->commit) : result;
}

int floor_insert(floor_store *store, const floor_row *rows, int64_t count, int64_t batch, double *seconds) {
  for (int64_t from = 0; from < count; from += batch) {
    double start = now();
    int result = insert_batch(store, rows + from, count - from < batch ? count - from : batch);
    if (result != SQLITE_OK) return result;
    seconds[from / batch] = now() - start;
  }
  return SQLITE_OK;
}

// A reading in a blob, 19 bytes.
struct packed_row {
  int64_t time;
  double value;
  uint16_t id;
  uint8_t quality;
} __attribute__((packed));

static int insert_blobs(floor_store *store, const floor_row *rows, int64_t count, int64_t blob) {
  static struct packed_row body[FLOOR_BLOB_READINGS];
  int result = step(store->begin);
  for (int64_t from = 0; from < count && result == SQLITE_OK; from += blob) {
    int64_t filled = count - from < blob ? count - from : blob;
    for (int64_t row = 0; row < filled; row++) {
      const floor_row *read = &rows[from + row];
      body[row] = (struct packed_row){read->time, read->value, (uint16_t)read->id, (uint8_t)read->quality};
    }
    sqlite3_bind_blob(store->insert_blob, 1, body, (int)(filled * (int64_t)sizeof body[0]), SQLITE_STATIC);
    result = step(store->insert_blob);
  }
  return result == SQLITE_OK ? step(store->commit) : result;
}

int floor_insert_blobs(floor_store *store, const floor_row *rows, int64_t count, int64_t batch, double *seconds) {
  for (int64_t from = 0; from < count; from += batch) {
    double start = now();
    int result = insert_blobs(store, rows + from, count - from < batch ? count - from : batch, FLOOR_BLOB_READINGS);
    if (result != SQLITE_OK) return result;
    seconds[from / batch] = now() - start;
  }
  return SQLITE_OK;
}

void floor_close(floor_store *store) {
  sqlite3_finalize(store->begin);
  sqlite3_finalize(store->insert);
  sqlite3_finalize(store->insert_blob);
  sqlite3_finalize(store->commit);
  sqlite3_close(store->database);
  free(store);
}

int floor_checkpoint(const char *path) {
  sqlite3 *database = NULL;
  int result = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
  // The first access of a connection opens the WAL.
  if (result == SQLITE_OK) result = sqlite3_exec(database, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
  if (result == SQLITE_OK)
    result = sqlite3_wal_checkpoint_v2(database, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  sqlite3_close(database);
  return result;
}

const char *floor_sqlite_version(void) { return sqlite3_libversion(); }
