// A connection through libmosquitto that is up, for the programs of this folder.
#ifndef PLAIN_C_MQTT_CONNECTION_H
#define PLAIN_C_MQTT_CONNECTION_H

#include <mosquitto.h>
#include <stdbool.h>
#include <stdint.h>

#define PLAIN_TOPIC_BYTES 64
#define PLAIN_SILENCE_SECONDS 60

void plain_topic(int number, char text[PLAIN_TOPIC_BYTES]);
int64_t plain_monotonic_us(void);
int64_t plain_utc_us(void);
// What went wrong, into `message`; always -1.
int plain_fault(char *message, int message_bytes, const char *attempt, int code);

// `object` is what callbacks get; it begins with a plain_link.
typedef struct {
  bool is_accepted, is_subscribed;
} plain_link;

typedef void (*plain_receiver)(struct mosquitto *, void *, const struct mosquitto_message *);

// Connects and waits for the broker's answer; NULL where it does not come. A persistent session with a receiver sends
// nothing by itself: acknowledgements leave with mosquitto_loop_write alone.
struct mosquitto *plain_connect(int port, const char *client_id, bool clean, plain_link *object,
                                plain_receiver receiver, int *code);
// Subscribes to all topics with QoS 1.
int plain_subscribe(struct mosquitto *handle, int topics);

#endif
