#include <math.h>
#include <stdio.h>
#include <time.h>

#include "PlainCMQTT.h"
#include "connection.h"

// Messages that wait for the broker's acknowledgement at most.
#define WINDOW 1000

typedef struct {
  plain_link link;
  int64_t acknowledged;
} publisher;

static void published(struct mosquitto *handle, void *object, int id) {
  (void)handle, (void)id;
  ((publisher *)object)->acknowledged++;
}

static int payload(char *text, size_t size, int64_t number) {
  int64_t now = plain_utc_us();
  time_t second = (time_t)(now / 1000000);
  struct tm parts;
  gmtime_r(&second, &parts);
  double value = 21 + sin((double)number / 1000) + (double)(number % 7) / 100;
  return snprintf(text, size,
                  "{\"value\":%.2f,\"time\":\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\",\"id\":\"m-%lld\"}", value,
                  parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  (int)(now % 1000000), (long long)number);
}

static int publish_one(struct mosquitto *handle, const plain_publish_plan *plan, int64_t number) {
  char topic[PLAIN_TOPIC_BYTES], text[160];
  plain_topic((int)(number % plan->topics), topic);
  int bytes = payload(text, sizeof text, number);
  return mosquitto_publish(handle, NULL, topic, bytes, text, 1, false);
}

int plain_publish(const plain_publish_plan *plan, char *message, int message_bytes) {
  publisher state = {0};
  int code;
  struct mosquitto *handle = plain_connect(plan->port, "bench-publisher", true, &state.link, NULL, &code);
  if (handle == NULL) return plain_fault(message, message_bytes, "the publisher cannot connect", code);
  mosquitto_max_inflight_messages_set(handle, WINDOW);
  mosquitto_publish_callback_set(handle, published);
  int64_t start = plain_monotonic_us(), heard = start, sent = 0, acknowledged = 0;
  while (code == MOSQ_ERR_SUCCESS && state.acknowledged < plan->messages) {
    int64_t now = plain_monotonic_us();
    double due = plan->rate > 0 ? (double)(now - start) / 1e6 * plan->rate : INFINITY;
    while (code == MOSQ_ERR_SUCCESS && sent < plan->messages && sent < due && sent - state.acknowledged < WINDOW) {
      code = publish_one(handle, plan, sent++);
    }
    if (code != MOSQ_ERR_SUCCESS) break;
    code = mosquitto_loop(handle, plan->rate > 0 && sent < plan->messages ? 1 : 100, 1);
    if (state.acknowledged > acknowledged) heard = now;
    acknowledged = state.acknowledged;
    if (now - heard > PLAIN_SILENCE_SECONDS * INT64_C(1000000)) code = MOSQ_ERR_NO_CONN;
  }
  if (code == MOSQ_ERR_SUCCESS) mosquitto_disconnect(handle);
  mosquitto_destroy(handle);
  return code == MOSQ_ERR_SUCCESS ? 0 : plain_fault(message, message_bytes, "publishing ended early", code);
}
