// What the Modbus part of the benchmark needs in plain C: a server that answers a thousand connections from one process,
// and the floor: an epoll loop over libmodbus contexts that polls, decodes and, where asked, stores blobs in SQLite.
#ifndef PLAIN_C_MODBUS_H
#define PLAIN_C_MODBUS_H

#include <stdint.h>

// Serves Modbus/TCP function 3 on a free port of every loopback address until the standard input ends; writes the port
// as a decimal line to the standard output first. Holding registers are float32, high word first. Address 0 is 1 or 0,
// in turns of ten seconds that every local address begins elsewhere; the others lie around 100 with a spread of 1, and
// one value in a million lies at 110. 0, or the errno of what failed.
int plain_serve(void);

// Lets this process have as many descriptors as its hard limit allows.
void plain_raise_descriptor_limit(void);

typedef struct {
  int port;
  // Connections, one a device, to 127.1.0.0 and the following addresses; at most PLAIN_MAXIMUM_CONNECTIONS.
  int connections;
  // Registers of a device, and most registers a request may ask for: a poll is as many requests, one after the other.
  int registers, registers_per_request;
  // Begin of a poll to begin of the next, in microseconds, staggered over the devices; 0: the next follows at once.
  int64_t interval_us;
  double warm_up_seconds, seconds;
  // Where the blobs go; NULL: nowhere. WAL, synchronous=FULL, one row a commit.
  const char *database;
  int64_t commit_delay_us;
} plain_poll_plan;

// libmodbus waits with select(): a descriptor of 1024 or more aborts the process.
#define PLAIN_MAXIMUM_CONNECTIONS 1000

// One finished poll: when its last reply was there and when it was on disk, by the monotonic clock.
typedef struct {
  int32_t device;
  int64_t received_us, durable_us;
} plain_poll_time;

typedef struct {
  // All within the measured seconds.
  int64_t requests, values, stored_values;
  double seconds, cpu_seconds;
  double checksum;
  // Freed by plain_poll_free.
  plain_poll_time *times;
  int64_t time_count;
} plain_poll_result;

// 0, or -1 with the reason in `message`.
int plain_poll(const plain_poll_plan *plan, plain_poll_result *result, char *message, int message_bytes);
void plain_poll_free(plain_poll_result *result);

#endif
