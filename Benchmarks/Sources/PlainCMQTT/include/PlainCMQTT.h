// What the MQTT part of the benchmark needs in plain C over libmosquitto: a publisher, and the floor: a subscriber that
// acknowledges and stores nothing.
#ifndef PLAIN_C_MQTT_H
#define PLAIN_C_MQTT_H

#include <stdint.h>

// Topics are bench/room-0/air, bench/room-1/air and so on: message n goes to the topic n modulo their number. A payload
// is JSON with a value, the instant of publishing (UTC, microseconds, ISO 8601) and an id.
typedef struct {
  int port;
  int topics;
  int64_t messages;
  // Messages a second; 0: as fast as the broker acknowledges.
  double rate;
} plain_publish_plan;

// Publishes with QoS 1 and returns when the broker has acknowledged everything. 0, or -1 with the reason in `message`.
int plain_publish(const plain_publish_plan *plan, char *message, int message_bytes);

// Makes a persistent session of this name that is subscribed to the topics, and leaves. 0, or -1.
int plain_session_open(int port, const char *client_id, int topics, char *message, int message_bytes);

// Makes the broker forget the session and what it holds for it. 0, or -1.
int plain_session_forget(int port, const char *client_id, char *message, int message_bytes);

typedef struct {
  int port;
  const char *client_id;
  int topics;
  int64_t messages;
  // A round of reading ends with so many messages or an empty socket; then the acknowledgements leave.
  int round_messages;
  // Whether to read from each payload when it was published.
  int takes_latencies;
  // Called once, when the broker has answered the subscription.
  void (*online)(void);
} plain_read_plan;

typedef struct {
  int64_t messages, bytes, rounds;
  // From the first message to the acknowledgement of the last; CPU of the process from the connection on.
  double seconds, cpu_seconds;
  // Publishing to acknowledgement, in microseconds, one a message; NULL unless asked for; freed by plain_read_free.
  double *latencies;
} plain_read_result;

// Reads until all messages were there. 0, or -1 with the reason in `message`, also where 60 s passed without one.
int plain_read(const plain_read_plan *plan, plain_read_result *result, char *message, int message_bytes);
void plain_read_free(plain_read_result *result);

#endif
