#include "connection.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "PlainCMQTT.h"

void plain_topic(int number, char text[PLAIN_TOPIC_BYTES]) {
  snprintf(text, PLAIN_TOPIC_BYTES, "bench/room-%d/air", number);
}

static int64_t microseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

int64_t plain_monotonic_us(void) { return microseconds(CLOCK_MONOTONIC); }
int64_t plain_utc_us(void) { return microseconds(CLOCK_REALTIME); }

int plain_fault(char *message, int message_bytes, const char *attempt, int code) {
  snprintf(message, (size_t)message_bytes, "%s: %s", attempt, mosquitto_strerror(code));
  return -1;
}

static void accepted(struct mosquitto *handle, void *object, int code) {
  (void)handle;
  ((plain_link *)object)->is_accepted = code == 0;
}

static void subscribed(struct mosquitto *handle, void *object, int id, int count, const int *granted) {
  (void)handle, (void)id;
  int refused = 0;
  for (int index = 0; index < count; index++) refused += granted[index] > 2;
  ((plain_link *)object)->is_subscribed = refused == 0;
}

struct mosquitto *plain_connect(int port, const char *client_id, bool clean, plain_link *object,
                                plain_receiver receiver, int *code) {
  mosquitto_lib_init();
  struct mosquitto *handle = mosquitto_new(client_id, clean, object);
  if (handle == NULL) {
    *code = MOSQ_ERR_NOMEM;
    return NULL;
  }
  mosquitto_connect_callback_set(handle, accepted);
  mosquitto_subscribe_callback_set(handle, subscribed);
  mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1);
  if (receiver != NULL) {
    mosquitto_message_callback_set(handle, receiver);
    mosquitto_threaded_set(handle, true);
  }
  *code = mosquitto_connect(handle, "127.0.0.1", port, 60);
  int64_t end = plain_monotonic_us() + PLAIN_SILENCE_SECONDS * INT64_C(1000000);
  while (*code == MOSQ_ERR_SUCCESS && !object->is_accepted) {
    *code = plain_monotonic_us() > end ? MOSQ_ERR_NO_CONN : mosquitto_loop(handle, 100, 1);
  }
  if (object->is_accepted) return handle;
  mosquitto_destroy(handle);
  return NULL;
}

int plain_subscribe(struct mosquitto *handle, int topics) {
  int code = MOSQ_ERR_SUCCESS;
  for (int number = 0; number < topics && code == MOSQ_ERR_SUCCESS; number++) {
    char topic[PLAIN_TOPIC_BYTES];
    plain_topic(number, topic);
    code = mosquitto_subscribe(handle, NULL, topic, 1);
  }
  return code;
}

static int leave(struct mosquitto *handle) {
  int code = mosquitto_disconnect(handle);
  while (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(handle)) code = mosquitto_loop_write(handle, 1);
  mosquitto_destroy(handle);
  return code;
}

int plain_session_open(int port, const char *client_id, int topics, char *message, int message_bytes) {
  plain_link link = {0};
  int code;
  struct mosquitto *handle = plain_connect(port, client_id, false, &link, NULL, &code);
  if (handle == NULL) return plain_fault(message, message_bytes, "no session", code);
  for (int number = 0; number < topics && code == MOSQ_ERR_SUCCESS; number++) {
    char topic[PLAIN_TOPIC_BYTES];
    plain_topic(number, topic);
    link.is_subscribed = false;
    code = mosquitto_subscribe(handle, NULL, topic, 1);
    int64_t end = plain_monotonic_us() + PLAIN_SILENCE_SECONDS * INT64_C(1000000);
    while (code == MOSQ_ERR_SUCCESS && !link.is_subscribed) {
      code = plain_monotonic_us() > end ? MOSQ_ERR_NO_CONN : mosquitto_loop(handle, 100, 1);
    }
  }
  if (code != MOSQ_ERR_SUCCESS) {
    mosquitto_destroy(handle);
    return plain_fault(message, message_bytes, "the broker refused a subscription", code);
  }
  code = leave(handle);
  return code == MOSQ_ERR_SUCCESS || code == MOSQ_ERR_NO_CONN ? 0 : plain_fault(message, message_bytes, "leaving", code);
}

int plain_session_forget(int port, const char *client_id, char *message, int message_bytes) {
  plain_link link = {0};
  int code;
  struct mosquitto *handle = plain_connect(port, client_id, true, &link, NULL, &code);
  if (handle == NULL) return plain_fault(message, message_bytes, "no connection to forget a session", code);
  leave(handle);
  return 0;
}
