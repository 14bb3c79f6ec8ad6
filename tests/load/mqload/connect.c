/* opening connections, and one turn of the event loop */
#include "mqload.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

static void start_connect(Conn *c, uint32_t serial) {
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket: %s", strerror(errno));
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (O.spread > 1) {
    struct sockaddr_in s = {.sin_family = AF_INET};
    s.sin_addr.s_addr = htonl(0x7f000000u + 2u + serial % (uint32_t)O.spread);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(c->fd, (struct sockaddr *)&s, sizeof s)) die("bind source: %s", strerror(errno));
  }
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)O.port)};
  inet_pton(AF_INET, O.host, &a.sin_addr);
  c->t0 = now_ns();
  c->state = S_CONNECTING;
  int r = connect(c->fd, (struct sockaddr *)&a, sizeof a);
  if (r && errno != EINPROGRESS) die("connect: %s", strerror(errno));
  struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.ptr = c};
  c->wantout = 1;
  if (epoll_ctl(EP, EPOLL_CTL_ADD, c->fd, &e)) die("epoll_ctl: %s", strerror(errno));
  n_started++;
}

static void on_event(Conn *c, uint32_t ev) {
  if (c->state == S_CLOSED) return;
  if (c->state == S_CONNECTING) {
    int err = 0;
    socklen_t l = sizeof err;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
    if (err) {
      if (n_dropped == 0) fprintf(stderr, "mqload: connect: %s\n", strerror(err));
      conn_close(c, 1);
      return;
    }
    if (ev & EPOLLOUT) { c->state = S_WAITACK; send_connect(c); }
    return;
  }
  if (ev & EPOLLIN) on_readable(c);
  else if (ev & (EPOLLHUP | EPOLLERR)) { conn_close(c, 1); return; }
  if (c->state == S_CLOSED) return;
  if (ev & EPOLLOUT) {
    if (c->role == R_PUB && running) pub_fill(c);
    else flush_w(c);
  }
}

Conn TIMER;
int tfd = -1;

void loop_once(int timeout_ms) {
  struct epoll_event ev[256];
  int n = epoll_wait(EP, ev, 256, timeout_ms);
  for (int i = 0; i < n; i++) {
    Conn *c = ev[i].data.ptr;
    if (c == &TIMER) {
      uint64_t x;
      if (read(tfd, &x, 8) < 0) continue;
      continue;
    }
    on_event(c, ev[i].events);
  }
}

void connect_all(Conn *cs, int n, uint64_t deadline) {
  int started = 0, base = n_ready + n_dropped;
  while (n_ready + n_dropped - base < n) {
    while (started < n && started - (n_ready + n_dropped - base) < O.conc) {
      start_connect(&cs[started], (uint32_t)started);
      started++;
    }
    loop_once(200);
    if (now_ns() > deadline) die("timeout while connecting (%d of %d ready)", n_ready - base, n);
  }
}
