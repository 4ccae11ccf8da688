// The least that keeps polled values: they are appended to one buffer, which becomes one row a commit.
#ifndef BLOB_STORE_H
#define BLOB_STORE_H

#include <stdint.h>

typedef struct blob_store blob_store;

// NULL without memory; where opening failed, blob_store_message says why. WAL, synchronous=FULL, both read back.
blob_store *blob_store_open(const char *path);
// What failed last; NULL where nothing did.
const char *blob_store_message(const blob_store *store);
int blob_store_append(blob_store *store, uint32_t device, uint32_t address, int64_t time_us, const float *values,
                      int count);
int blob_store_commit(blob_store *store, int64_t time_us);
void blob_store_close(blob_store *store);

#endif
