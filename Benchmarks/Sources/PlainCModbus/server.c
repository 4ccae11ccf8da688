#define _GNU_SOURCE
#include "PlainCModbus.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  header_bytes = 7,
  request_bytes = 12,
  maximum_registers = 125,
  table_values = 1 << 16,
  excursion_every = 1000000,
  half_cycle_seconds = 10,
  read_bytes = 4096
};

struct connection {
  int socket;
  uint32_t phase_seconds;
  int held;
  uint8_t bytes[read_bytes];
};

// Values in the order of the wire.
static uint8_t table[(table_values + maximum_registers) * 4];
static uint32_t table_place;
static int64_t values_to_excursion = excursion_every;

static uint64_t random_state = 20261121;

// Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
static uint64_t next_random(void) {
  uint64_t mixed = random_state += 0x9E3779B97F4A7C15u;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
  return mixed ^ (mixed >> 31);
}

static void put_float(uint8_t *place, float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits = htonl(bits);
  memcpy(place, &bits, sizeof bits);
}

// The sum of three uniform values has a variance of 1 and never lies farther out than 3.
static void fill_table(void) {
  for (int value = 0; value < table_values + maximum_registers; value++) {
    double sum = -3;
    for (int part = 0; part < 3; part++) sum += (double)(next_random() >> 11) * 0x1p-52;
    put_float(table + value * 4, (float)(100 + sum));
  }
}

static void fill_registers(const struct connection *connection, uint8_t *data, int address, int count) {
  table_place = (table_place + 37) % table_values;
  memcpy(data, table + table_place * 4, (size_t)count * 2);
  values_to_excursion -= count / 2;
  if (values_to_excursion <= 0 && count >= 4) {
    values_to_excursion += excursion_every;
    put_float(data + 4, 110);
  }
  if (address == 0 && count >= 2) {
    time_t seconds = time(NULL) + connection->phase_seconds;
    put_float(data, seconds / half_cycle_seconds % 2 == 0 ? 1 : 0);
  }
}

// Writes the reply to a whole request; the number of its bytes, or 0 where the request is not one that is served.
static int answer(const struct connection *connection, const uint8_t *request, uint8_t *reply) {
  int address = request[8] << 8 | request[9];
  int count = request[10] << 8 | request[11];
  if (request[7] != 3 || count < 1 || count > maximum_registers) return 0;
  memcpy(reply, request, 4);
  reply[4] = 0;
  reply[5] = (uint8_t)(count * 2 + 3);
  reply[6] = request[6];
  reply[7] = 3;
  reply[8] = (uint8_t)(count * 2);
  fill_registers(connection, reply + 9, address, count);
  return 9 + count * 2;
}

// Answers all whole requests that are there, with one write. -1 where the connection is over.
static int serve_connection(struct connection *connection) {
  static uint8_t replies[read_bytes / request_bytes * 260];
  ssize_t got = recv(connection->socket, connection->bytes + connection->held, (size_t)(read_bytes - connection->held), 0);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  if (got == 0) return -1;
  connection->held += (int)got;
  int used = 0, length = 0;
  while (connection->held - used >= request_bytes) {
    int bytes = answer(connection, connection->bytes + used, replies + length);
    if (bytes == 0) return -1;
    length += bytes;
    used += request_bytes;
  }
  memmove(connection->bytes, connection->bytes + used, (size_t)(connection->held - used));
  connection->held -= used;
  if (length > 0 && send(connection->socket, replies, (size_t)length, MSG_NOSIGNAL) != length) return -1;
  return 0;
}

static int listen_anywhere(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
  socklen_t length = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 4096) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0)
    return -1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void accept_all(int listener, int waiting) {
  for (;;) {
    struct sockaddr_in local;
    socklen_t length = sizeof local;
    int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0) return;
    struct connection *connection = calloc(1, sizeof *connection);
    int on = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = connection};
    if (connection == NULL || getsockname(accepted, (struct sockaddr *)&local, &length) != 0 ||
        epoll_ctl(waiting, EPOLL_CTL_ADD, accepted, &interest) != 0) {
      close(accepted);
      free(connection);
      continue;
    }
    connection->socket = accepted;
    connection->phase_seconds = ntohl(local.sin_addr.s_addr) * 7 % (2 * half_cycle_seconds);
  }
}

int plain_serve(void) {
  static int listener_tag, input_tag;
  plain_raise_descriptor_limit();
  signal(SIGPIPE, SIG_IGN);
  fill_table();
  int waiting = epoll_create1(EPOLL_CLOEXEC);
  int listener = listen_anywhere();
  if (waiting < 0 || listener < 0) return errno;
  struct epoll_event interest = {.events = EPOLLIN, .data.ptr = &listener_tag};
  if (epoll_ctl(waiting, EPOLL_CTL_ADD, listener, &interest) != 0) return errno;
  interest.data.ptr = &input_tag;
  if (epoll_ctl(waiting, EPOLL_CTL_ADD, STDIN_FILENO, &interest) != 0) return errno;
  for (;;) {
    struct epoll_event events[512];
    int count = epoll_wait(waiting, events, 512, -1);
    if (count < 0 && errno != EINTR) return errno;
    for (int event = 0; event < count; event++) {
      if (events[event].data.ptr == &input_tag) return 0;
      if (events[event].data.ptr == &listener_tag) {
        accept_all(listener, waiting);
        continue;
      }
      struct connection *connection = events[event].data.ptr;
      if (serve_connection(connection) != 0) {
        close(connection->socket);
        free(connection);
      }
    }
  }
}

void plain_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}
