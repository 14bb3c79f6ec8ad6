/* packets into the write buffer of a connection */
#include "mqload.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

void conn_close(Conn *c, int dropped) {
  if (c->state == S_CLOSED) return;
  close(c->fd);
  c->fd = -1;
  if (dropped) n_dropped++;
  c->state = S_CLOSED;
  free(c->rb); c->rb = NULL; c->rl = c->rcap = 0;
  free(c->wb); c->wb = NULL; c->wl = c->wo = c->wcap = 0;
}

void ep_mod(Conn *c, int out) {
  if (c->wantout == out) return;
  struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(EP, EPOLL_CTL_MOD, c->fd, &e);
  c->wantout = (uint8_t)out;
}

uint8_t *w_room(Conn *c, uint32_t n) {
  if (c->wo && c->wo == c->wl) c->wo = c->wl = 0;
  if (c->wl + n > c->wcap) {
    if (c->wo) {
      memmove(c->wb, c->wb + c->wo, c->wl - c->wo);
      c->wl -= c->wo;
      c->wo = 0;
    }
    if (c->wl + n > c->wcap) {
      uint32_t nc = c->wcap ? c->wcap : 256;
      while (nc < c->wl + n) nc *= 2;
      c->wb = xrealloc(c->wb, nc);
      c->wcap = nc;
    }
  }
  uint8_t *p = c->wb + c->wl;
  c->wl += n;
  return p;
}

void flush_w(Conn *c) {
  if (c->state == S_CLOSED || c->state == S_CONNECTING) return;
  while (c->wo < c->wl) {
    ssize_t r = write(c->fd, c->wb + c->wo, c->wl - c->wo);
    if (r > 0) { c->wo += (uint32_t)r; continue; }
    if (r < 0 && errno == EINTR) continue;
    if (r < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) { ep_mod(c, 1); return; }
    conn_close(c, 1);
    return;
  }
  c->wo = c->wl = 0;
  ep_mod(c, 0);
}

int put_len(uint8_t *p, uint32_t v) {
  int n = 0;
  do {
    uint8_t b = v & 127;
    v >>= 7;
    p[n++] = (uint8_t)(b | (v ? 128 : 0));
  } while (v);
  return n;
}

uint8_t *put_str(uint8_t *p, const char *s) {
  size_t n = strlen(s);
  *p++ = (uint8_t)(n >> 8);
  *p++ = (uint8_t)n;
  memcpy(p, s, n);
  return p + n;
}

void ack2(Conn *c, uint8_t h, uint16_t mid) {
  uint8_t *p = w_room(c, 4);
  p[0] = h; p[1] = 2; p[2] = (uint8_t)(mid >> 8); p[3] = (uint8_t)mid;
}

void topic_of(char *out, size_t cap, uint32_t idx) {
  expand(out, cap, O.topic_t, idx + (uint32_t)O.base);
}

void send_connect(Conn *c) {
  char id[264], user[256], pass[2048];
  const char *role = c->role == R_PUB ? "p" : c->role == R_SUB ? "s" : "c";
  uint32_t i = c->idx + (uint32_t)O.base;
  if (O.id_t) {
    char t[256];
    expand(t, sizeof t, O.id_t, i);
    /* both roles share the template: subscribers get a suffix */
    snprintf(id, sizeof id, "%s%s", t, c->role == R_SUB ? "-s" : "");
  } else snprintf(id, sizeof id, "mq%s%d-%u", role, O.sub_clean && O.clean ? (int)getpid() : 0, i);
  const char *ut = c->role == R_SUB && O.sub_user_t ? O.sub_user_t : O.user_t;
  const char *pt = c->role == R_SUB && O.sub_pass_t ? O.sub_pass_t : O.pass_t;
  if (ut) expand(user, sizeof user, ut, i);
  if (pt && strchr(pt, '%')) expand(pass, sizeof pass, pt, i);
  else if (pt) snprintf(pass, sizeof pass, "%s", pt);
  if (c->role != R_SUB && O.secrets) {
    if (i >= O.n_secrets) die("no secret for client %u", i);
    pt = O.secrets[i];
    snprintf(pass, sizeof pass, "%s", pt);
  }
  int clean = c->role == R_SUB ? O.sub_clean : O.clean;
  uint32_t rem = 10 + 2 + (uint32_t)strlen(id);
  if (ut) rem += 2 + (uint32_t)strlen(user);
  if (ut && pt) rem += 2 + (uint32_t)strlen(pass);
  uint8_t lb[4];
  int ln = put_len(lb, rem);
  uint8_t *p = w_room(c, 1 + (uint32_t)ln + rem);
  *p++ = 0x10;
  memcpy(p, lb, (size_t)ln); p += ln;
  p = put_str(p, "MQTT");
  *p++ = 4;
  *p++ = (uint8_t)((ut ? 0x80 : 0) | (ut && pt ? 0x40 : 0) | (clean ? 2 : 0));
  *p++ = (uint8_t)(O.keepalive >> 8);
  *p++ = (uint8_t)O.keepalive;
  p = put_str(p, id);
  if (ut) p = put_str(p, user);
  if (ut && pt) p = put_str(p, pass);
  c->state = S_WAITACK;
  flush_w(c);
}

void send_subscribe(Conn *c, const char *filter, int qos) {
  uint32_t rem = 2 + 2 + (uint32_t)strlen(filter) + 1;
  uint8_t lb[4];
  int ln = put_len(lb, rem);
  uint8_t *p = w_room(c, 1 + (uint32_t)ln + rem);
  *p++ = 0x82;
  memcpy(p, lb, (size_t)ln); p += ln;
  *p++ = 0; *p++ = 1;
  p = put_str(p, filter);
  *p = (uint8_t)qos;
  c->state = S_SUBWAIT;
}
