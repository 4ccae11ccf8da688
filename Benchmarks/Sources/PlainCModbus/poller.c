#define _GNU_SOURCE
#include "PlainCModbus.h"

#include "blob_store.h"

#include <arpa/inet.h>
#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

// One device. It is in the ring of those that wait for their time, or it waits for a reply.
struct device {
  modbus_t *context;
  int socket;
  int64_t due_us;
  int next_address;
  int asked;
  struct device *next;
};

struct poller {
  const plain_poll_plan *plan;
  plain_poll_result *result;
  struct device *devices;
  // All intervals are alike: who has polled goes to the end.
  struct device *first, *last;
  int waiting;
  int is_measuring;
  int64_t time_capacity;
  blob_store *store;
  // Values and polls that wait for the next commit.
  int64_t pending_values, pending_from;
  int64_t commit_due_us;
  char *message;
  int message_bytes;
};

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int64_t utc_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 + (double)usage.ru_stime.tv_sec +
         (double)usage.ru_stime.tv_usec / 1e6;
}

static int fail(struct poller *poller, const char *what, const char *why) {
  snprintf(poller->message, (size_t)poller->message_bytes, "%s: %s", what, why);
  return -1;
}

static int connect_device(struct poller *poller, int index) {
  struct device *device = poller->devices + index;
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons((uint16_t)poller->plan->port),
      .sin_addr.s_addr = htonl(0x7F010000u + (uint32_t)index)};
  device->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (device->socket < 0 || device->socket >= FD_SETSIZE) return fail(poller, "socket", "no descriptor below 1024");
  if (connect(device->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)
    return fail(poller, "connect", strerror(errno));
  int on = 1;
  setsockopt(device->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  device->context = modbus_new_tcp("127.0.0.1", poller->plan->port);
  if (device->context == NULL || modbus_set_slave(device->context, 1) != 0 ||
      modbus_set_socket(device->context, device->socket) != 0)
    return fail(poller, "libmodbus", modbus_strerror(errno));
  // Writable once: connected.
  struct epoll_event interest = {.events = EPOLLOUT, .data.ptr = device};
  if (epoll_ctl(poller->waiting, EPOLL_CTL_ADD, device->socket, &interest) != 0)
    return fail(poller, "epoll_ctl", strerror(errno));
  return 0;
}

static void enqueue(struct poller *poller, struct device *device) {
  device->next = NULL;
  if (poller->last == NULL) {
    poller->first = device;
  } else {
    poller->last->next = device;
  }
  poller->last = device;
}

static int ask(struct poller *poller, struct device *device) {
  int left = poller->plan->registers - device->next_address;
  device->asked = left < poller->plan->registers_per_request ? left : poller->plan->registers_per_request;
  uint8_t request[6] = {1, 3, (uint8_t)(device->next_address >> 8), (uint8_t)device->next_address, 0,
                        (uint8_t)device->asked};
  if (modbus_send_raw_request(device->context, request, sizeof request) < 0)
    return fail(poller, "modbus_send_raw_request", modbus_strerror(errno));
  return 0;
}

static int note_time(struct poller *poller, struct device *device, int64_t now) {
  plain_poll_result *result = poller->result;
  if (result->time_count == poller->time_capacity) {
    poller->time_capacity = poller->time_capacity * 2 + 1024;
    plain_poll_time *larger = realloc(result->times, (size_t)poller->time_capacity * sizeof *larger);
    if (larger == NULL) return fail(poller, "realloc", "no memory");
    result->times = larger;
  }
  result->times[result->time_count++] =
      (plain_poll_time){.device = (int32_t)(device - poller->devices), .received_us = now, .durable_us = now};
  return 0;
}

static int finish_poll(struct poller *poller, struct device *device) {
  int64_t now = now_us();
  const plain_poll_plan *plan = poller->plan;
  device->next_address = 0;
  // Polls that follow each other at once are too many to be noted.
  if (poller->is_measuring && plan->interval_us > 0 && note_time(poller, device, now) != 0) return -1;
  if (plan->interval_us == 0) return ask(poller, device);
  device->due_us += plan->interval_us;
  // A slot that was missed is not made up for.
  if (device->due_us < now) device->due_us += (now - device->due_us) / plan->interval_us * plan->interval_us;
  enqueue(poller, device);
  return 0;
}

static int take_reply(struct poller *poller, struct device *device) {
  uint8_t reply[MODBUS_TCP_MAX_ADU_LENGTH];
  uint16_t words[125];
  float values[62];
  int length = modbus_receive_confirmation(device->context, reply);
  if (length != 9 + device->asked * 2) return fail(poller, "modbus_receive_confirmation", modbus_strerror(errno));
  for (int word = 0; word < device->asked; word++) words[word] = (uint16_t)(reply[9 + word * 2] << 8 | reply[10 + word * 2]);
  int count = device->asked / 2;
  double sum = 0;
  for (int value = 0; value < count; value++) {
    values[value] = modbus_get_float_abcd(words + value * 2);
    sum += values[value];
  }
  if (poller->store != NULL) {
    if (poller->pending_values == 0) poller->commit_due_us = now_us() + poller->plan->commit_delay_us;
    if (blob_store_append(poller->store, (uint32_t)(device - poller->devices), (uint32_t)device->next_address, utc_us(),
                          values, count) != 0)
      return fail(poller, "append", "no memory");
    poller->pending_values += count;
  }
  if (poller->is_measuring) {
    poller->result->requests += 1;
    poller->result->values += count;
    poller->result->checksum += sum;
  }
  device->next_address += device->asked;
  return device->next_address < poller->plan->registers ? ask(poller, device) : finish_poll(poller, device);
}

static int commit(struct poller *poller) {
  if (poller->store == NULL || poller->pending_values == 0) return 0;
  if (blob_store_commit(poller->store, utc_us()) != 0) return fail(poller, "SQLite", blob_store_message(poller->store));
  int64_t now = now_us();
  plain_poll_result *result = poller->result;
  for (int64_t index = poller->pending_from; index < result->time_count; index++) result->times[index].durable_us = now;
  poller->pending_from = result->time_count;
  if (poller->is_measuring) result->stored_values += poller->pending_values;
  poller->pending_values = 0;
  return 0;
}

// When the loop must wake without a reply, in microseconds; INT64_MAX: never.
static int64_t next_wake(const struct poller *poller) {
  int64_t wake = poller->first != NULL ? poller->first->due_us : INT64_MAX;
  return poller->pending_values > 0 && poller->commit_due_us < wake ? poller->commit_due_us : wake;
}

static int handle(struct poller *poller, struct epoll_event *event) {
  struct device *device = event->data.ptr;
  if (event->events & (EPOLLERR | EPOLLHUP)) return fail(poller, "connection", "closed by the server");
  return take_reply(poller, device);
}

static int turn(struct poller *poller, int64_t until) {
  struct epoll_event events[512];
  int64_t now = now_us();
  int64_t wake = next_wake(poller);
  int64_t wait = (wake < until ? wake : until) - now;
  if (wait < 0) wait = 0;
  struct timespec time = {.tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000};
  int count = epoll_pwait2(poller->waiting, events, 512, &time, NULL);
  if (count < 0 && errno != EINTR) return fail(poller, "epoll_pwait2", strerror(errno));
  for (int event = 0; event < count; event++)
    if (handle(poller, events + event) != 0) return -1;
  now = now_us();
  while (poller->first != NULL && poller->first->due_us <= now) {
    struct device *device = poller->first;
    poller->first = device->next;
    if (poller->first == NULL) poller->last = NULL;
    if (ask(poller, device) != 0) return -1;
  }
  if (poller->pending_values > 0 && now >= poller->commit_due_us) return commit(poller);
  return 0;
}

static int run_until(struct poller *poller, int64_t until) {
  while (now_us() < until)
    if (turn(poller, until) != 0) return -1;
  return 0;
}

static int wait_connected(struct poller *poller) {
  int left = poller->plan->connections;
  while (left > 0) {
    struct epoll_event events[512];
    int count = epoll_wait(poller->waiting, events, 512, 10000);
    if (count <= 0) return fail(poller, "connect", "no answer within 10 s");
    for (int event = 0; event < count; event++) {
      struct device *device = events[event].data.ptr;
      int error = 0;
      socklen_t length = sizeof error;
      if (getsockopt(device->socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
        return fail(poller, "connect", strerror(error));
      struct epoll_event interest = {.events = EPOLLIN, .data.ptr = device};
      if (epoll_ctl(poller->waiting, EPOLL_CTL_MOD, device->socket, &interest) != 0)
        return fail(poller, "epoll_ctl", strerror(errno));
      left--;
    }
  }
  return 0;
}

static int start(struct poller *poller) {
  int64_t now = now_us();
  for (int index = 0; index < poller->plan->connections; index++) {
    struct device *device = poller->devices + index;
    device->due_us = now + poller->plan->interval_us * index / poller->plan->connections;
    if (poller->plan->interval_us > 0) {
      enqueue(poller, device);
    } else if (ask(poller, device) != 0) {
      return -1;
    }
  }
  return 0;
}

static int run(struct poller *poller) {
  const plain_poll_plan *plan = poller->plan;
  for (int index = 0; index < plan->connections; index++)
    if (connect_device(poller, index) != 0) return -1;
  if (wait_connected(poller) != 0 || start(poller) != 0) return -1;
  if (run_until(poller, now_us() + (int64_t)(plan->warm_up_seconds * 1e6)) != 0) return -1;
  poller->is_measuring = 1;
  int64_t from = now_us();
  double cpu = cpu_seconds();
  if (run_until(poller, from + (int64_t)(plan->seconds * 1e6)) != 0) return -1;
  poller->result->cpu_seconds = cpu_seconds() - cpu;
  poller->result->seconds = (double)(now_us() - from) / 1e6;
  return commit(poller);
}

int plain_poll(const plain_poll_plan *plan, plain_poll_result *result, char *message, int message_bytes) {
  memset(result, 0, sizeof *result);
  struct poller poller = {.plan = plan, .result = result, .message = message, .message_bytes = message_bytes};
  if (plan->connections < 1 || plan->connections > PLAIN_MAXIMUM_CONNECTIONS || plan->registers < 2 ||
      plan->registers_per_request > 124)
    return fail(&poller, "plan", "out of bounds");
  poller.devices = calloc((size_t)plan->connections, sizeof *poller.devices);
  poller.waiting = epoll_create1(EPOLL_CLOEXEC);
  int outcome = poller.devices == NULL || poller.waiting < 0 ? fail(&poller, "epoll", "no memory or descriptor") : 0;
  if (outcome == 0 && plan->database != NULL) {
    poller.store = blob_store_open(plan->database);
    if (poller.store == NULL || blob_store_message(poller.store) != NULL)
      outcome = fail(&poller, "SQLite", poller.store == NULL ? "no memory" : blob_store_message(poller.store));
  }
  if (outcome == 0) outcome = run(&poller);
  for (int index = 0; poller.devices != NULL && index < plan->connections; index++) {
    if (poller.devices[index].context != NULL) modbus_free(poller.devices[index].context);
    if (poller.devices[index].socket > 0) close(poller.devices[index].socket);
  }
  blob_store_close(poller.store);
  if (poller.waiting >= 0) close(poller.waiting);
  free(poller.devices);
  return outcome;
}

void plain_poll_free(plain_poll_result *result) {
  free(result->times);
  result->times = NULL;
  result->time_count = 0;
}
