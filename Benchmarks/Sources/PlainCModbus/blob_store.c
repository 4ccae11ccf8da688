#include "blob_store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

struct blob_store {
  sqlite3 *database;
  sqlite3_stmt *insert;
  const char *message;
  uint8_t *bytes;
  size_t used, capacity;
};

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

blob_store *blob_store_open(const char *path) {
  static const char *schema =
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "CREATE TABLE blob (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, body BLOB NOT NULL) STRICT;";
  blob_store *store = calloc(1, sizeof *store);
  if (store == NULL) return NULL;
  if (sqlite3_open(path, &store->database) != SQLITE_OK ||
      sqlite3_exec(store->database, schema, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v3(store->database, "INSERT INTO blob (time, body) VALUES (?, ?)", -1, SQLITE_PREPARE_PERSISTENT,
                         &store->insert, NULL) != SQLITE_OK) {
    store->message = sqlite3_errmsg(store->database);
  } else if (!reads_back(store->database, "PRAGMA journal_mode", "wal") ||
             !reads_back(store->database, "PRAGMA synchronous", "2")) {
    store->message = "the modes read back are not WAL and FULL";
  }
  return store;
}

const char *blob_store_message(const blob_store *store) { return store->message; }

static int append(blob_store *store, const void *bytes, size_t count) {
  if (store->used + count > store->capacity) {
    size_t capacity = (store->used + count) * 2 + 65536;
    uint8_t *larger = realloc(store->bytes, capacity);
    if (larger == NULL) return -1;
    store->bytes = larger;
    store->capacity = capacity;
  }
  memcpy(store->bytes + store->used, bytes, count);
  store->used += count;
  return 0;
}

int blob_store_append(blob_store *store, uint32_t device, uint32_t address, int64_t time_us, const float *values,
                      int count) {
  struct {
    uint32_t device, address;
    int64_t time_us;
  } head = {device, address, time_us};
  if (append(store, &head, sizeof head) != 0) return -1;
  return append(store, values, (size_t)count * sizeof *values);
}

// A statement outside a transaction is a transaction.
int blob_store_commit(blob_store *store, int64_t time_us) {
  sqlite3_bind_int64(store->insert, 1, time_us);
  sqlite3_bind_blob(store->insert, 2, store->bytes, (int)store->used, SQLITE_STATIC);
  int result = sqlite3_step(store->insert);
  sqlite3_reset(store->insert);
  if (result != SQLITE_DONE) {
    store->message = sqlite3_errmsg(store->database);
    return -1;
  }
  store->used = 0;
  return 0;
}

void blob_store_close(blob_store *store) {
  if (store == NULL) return;
  sqlite3_finalize(store->insert);
  sqlite3_close(store->database);
  free(store->bytes);
  free(store);
}
