#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "PlainCMQTT.h"
#include "connection.h"

typedef struct {
  plain_link link;
  const plain_read_plan *plan;
  plain_read_result *result;
  int64_t first_us;
  // Messages read and not yet acknowledged.
  int in_round;
} reader;

// The instant in a payload, in microseconds of UTC; 0 where there is none.
static int64_t published_at(const char *payload, int bytes) {
  static const char key[] = "\"time\":\"";
  const char *text = memmem(payload, (size_t)bytes, key, sizeof key - 1);
  struct tm parts = {0};
  int fraction;
  if (text == NULL || payload + bytes - text < 36) return 0;
  if (sscanf(text + sizeof key - 1, "%4d-%2d-%2dT%2d:%2d:%2d.%6d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
             &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &fraction) != 7) {
    return 0;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return (int64_t)timegm(&parts) * 1000000 + fraction;
}

static void received(struct mosquitto *handle, void *object, const struct mosquitto_message *message) {
  (void)handle;
  reader *state = object;
  plain_read_result *result = state->result;
  if (state->first_us == 0) state->first_us = plain_monotonic_us();
  result->bytes += message->payloadlen;
  if (result->latencies != NULL && result->messages < state->plan->messages) {
    result->latencies[result->messages] = (double)published_at(message->payload, message->payloadlen);
  }
  result->messages++;
  state->in_round++;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static bool has_input(int descriptor, int milliseconds, bool wants_to_write) {
  struct pollfd entry = {.fd = descriptor, .events = (short)(POLLIN | (wants_to_write ? POLLOUT : 0))};
  return poll(&entry, 1, milliseconds) == 1 && (entry.revents & ~POLLOUT) != 0;
}

// One round: reads until the socket is empty or the round is full, then lets the acknowledgements leave.
static int round_of(struct mosquitto *handle, reader *state) {
  int code = MOSQ_ERR_SUCCESS;
  int64_t before = state->result->messages;
  if (has_input(mosquitto_socket(handle), 100, mosquitto_want_write(handle))) {
    do {
      code = mosquitto_loop_read(handle, 1);
    } while (code == MOSQ_ERR_SUCCESS && state->in_round < state->plan->round_messages &&
             has_input(mosquitto_socket(handle), 0, false));
  }
  while (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(handle)) {
    code = mosquitto_loop_write(handle, 1);
    if (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(handle)) {
      struct pollfd entry = {.fd = mosquitto_socket(handle), .events = POLLOUT};
      poll(&entry, 1, 100);
    }
  }
  if (state->in_round > 0) state->result->rounds++;
  state->in_round = 0;
  if (state->result->latencies != NULL) {
    int64_t now = plain_utc_us();
    for (int64_t index = before; index < state->result->messages && index < state->plan->messages; index++) {
      state->result->latencies[index] = (double)now - state->result->latencies[index];
    }
  }
  return code == MOSQ_ERR_SUCCESS ? mosquitto_loop_misc(handle) : code;
}

int plain_read(const plain_read_plan *plan, plain_read_result *result, char *message, int message_bytes) {
  memset(result, 0, sizeof *result);
  reader state = {.plan = plan, .result = result};
  if (plan->takes_latencies) result->latencies = calloc((size_t)plan->messages, sizeof *result->latencies);
  double cpu = cpu_seconds();
  int code;
  struct mosquitto *handle = plain_connect(plan->port, plan->client_id, false, &state.link, received, &code);
  if (handle == NULL) return plain_fault(message, message_bytes, "the reader cannot connect", code);
  code = plain_subscribe(handle, plan->topics);
  int64_t heard = plain_monotonic_us();
  bool has_said = false;
  while (code == MOSQ_ERR_SUCCESS && result->messages < plan->messages) {
    int64_t before = result->messages;
    code = round_of(handle, &state);
    if (state.link.is_subscribed && !has_said) {
      has_said = true;
      plan->online();
    }
    int64_t now = plain_monotonic_us();
    if (result->messages > before) heard = now;
    if (now - heard > PLAIN_SILENCE_SECONDS * INT64_C(1000000)) code = MOSQ_ERR_NO_CONN;
  }
  result->seconds = (double)(plain_monotonic_us() - state.first_us) / 1e6;
  result->cpu_seconds = cpu_seconds() - cpu;
  if (code == MOSQ_ERR_SUCCESS) {
    mosquitto_disconnect(handle);
    mosquitto_loop_write(handle, 1);
  }
  mosquitto_destroy(handle);
  return code == MOSQ_ERR_SUCCESS ? 0 : plain_fault(message, message_bytes, "reading ended early", code);
}

void plain_read_free(plain_read_result *result) {
  free(result->latencies);
  result->latencies = NULL;
}
