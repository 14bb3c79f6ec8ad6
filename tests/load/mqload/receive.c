/* the receiving side: packets out of the read buffer */
#include "mqload.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t RB[(1 << 20) + (1 << 18)];
static void slot_free(Conn *c, uint32_t s, uint64_t now) {
  h_add(&h_ack, now - c->slots[s].t);
  c->slots[s].st = 0;
  c->fq[(c->fh + c->fn) % (uint32_t)O.window] = (uint16_t)s;
  c->fn++;
  c->inflight--;
  c->acked++;
  tot_acked++;
  t_progress = now;
  if (O.mode == M_INGEST) t_last = now;
}

static void on_publish(Conn *c, uint8_t h, uint8_t *p, uint32_t len, uint64_t now) {
  uint32_t tl = ((uint32_t)p[0] << 8) | p[1];
  int q = (h >> 1) & 3;
  uint32_t o = 2 + tl + (q ? 2 : 0);
  if (o > len) { conn_close(c, 1); return; }
  uint16_t mid = q ? (uint16_t)((p[2 + tl] << 8) | p[3 + tl]) : 0;
  uint8_t *pl = p + o;
  uint32_t pn = len - o;
  tot_recv++;
  c->got++;
  t_last = t_progress = now;
  uint64_t v, ci = 0, sq;
  if (F_ns.w && F_ns.off + F_ns.w <= pn && get_dec(pl + F_ns.off, F_ns.w, &v) && v <= now && v >= t_start - 1000000000ull)
    h_add(&h_e2e, now - v);
  if (lastseq && F_seq.w && F_seq.off + F_seq.w <= pn && get_dec(pl + F_seq.off, F_seq.w, &sq)) {
    Seq *ls;
    if (O.mode == M_PAIRS) ls = &lastseq[c->idx];
    else {
      if (F_cli.w && F_cli.off + F_cli.w <= pn) get_dec(pl + F_cli.off, F_cli.w, &ci);
      ci -= (uint64_t)O.base;
      if (ci >= (uint64_t)O.pubs) ci = 0;
      ls = &lastseq[(uint64_t)c->idx * (uint64_t)O.pubs + ci];
    }
    if (sq > ls->last) {
      uint64_t d = sq - ls->last;
      ls->seen = d < 64 ? (ls->seen << d) | 1 : 1;
      ls->last = (uint32_t)sq;
    } else {
      uint64_t d = ls->last - sq;
      if (d < 64 && !(ls->seen >> d & 1)) { ls->seen |= 1ull << d; tot_ooo++; }
      else tot_dup++;                       /* or more than 64 late */
    }
  }
  if (q == 1) ack2(c, 0x40, mid);
  else if (q == 2) ack2(c, 0x50, mid);
}

static void on_packet(Conn *c, uint8_t h, uint8_t *p, uint32_t len, uint64_t now) {
  uint16_t mid = len >= 2 ? (uint16_t)((p[0] << 8) | p[1]) : 0;
  switch (h >> 4) {
    case 2: /* CONNACK */
      if (len < 2 || p[1] != 0) {
        n_refused++;
        if (n_refused == 1) fprintf(stderr, "mqload: CONNACK refused, code %d\n", len >= 2 ? p[1] : -1);
        conn_close(c, 1);
        return;
      }
      h_add(&h_conn, now - c->t0);
      t_last = t_progress = now;
      if (c->role == R_SUB || (c->role == R_IDLE && O.filter)) {
        char t[512];
        if (O.mode == M_PAIRS) topic_of(t, sizeof t, c->idx);
        else if (O.filter) expand(t, sizeof t, O.filter, c->idx + (uint32_t)O.base);
        else topic_of(t, sizeof t, 0);
        send_subscribe(c, t, O.sub_qos);
      } else {
        c->state = S_READY;
        n_ready++;
      }
      break;
    case 3: on_publish(c, h, p, len, now); break;
    case 4: /* PUBACK */
      if (c->slots && mid && mid <= O.window && c->slots[mid - 1].st == 1) slot_free(c, mid - 1u, now);
      break;
    case 5: /* PUBREC */
      if (c->slots && mid && mid <= O.window && c->slots[mid - 1].st == 1) {
        c->slots[mid - 1].st = 2;
        ack2(c, 0x62, mid);
      }
      break;
    case 6: /* PUBREL */ ack2(c, 0x70, mid); break;
    case 7: /* PUBCOMP */
      if (c->slots && mid && mid <= O.window && c->slots[mid - 1].st == 2) slot_free(c, mid - 1u, now);
      break;
    case 9: /* SUBACK */
      if (len >= 3 && p[2] == 0x80) {
        n_refused++;
        if (n_refused == 1) fprintf(stderr, "mqload: SUBACK refused\n");
        conn_close(c, 1);
        return;
      }
      if (c->state == S_SUBWAIT) { c->state = S_READY; n_ready++; }
      t_progress = now;
      break;
    case 13: /* PINGRESP */
      if (!running || c->role != R_PUB || c->done) break;
      if (c->pings_out) c->pings_out--;
      t_progress = now;
      if (c->pinged == 2 && c->pings_out == 0) {
        c->done = 1;
        c->acked = c->sent;
        tot_acked += c->sent;
        t_progress = now;
        if (O.mode == M_INGEST) t_last = now;
      }
      break;
  }
}

int fan_kick;

void on_readable(Conn *c) {
  uint32_t have = c->rl;
  if (have) memcpy(RB, c->rb, have);
  if (have >= sizeof RB - 65536) { conn_close(c, 1); return; }
  ssize_t r = read(c->fd, RB + have, sizeof RB - have);
  if (r == 0) { conn_close(c, 1); return; }
  if (r < 0) {
    if (errno == EAGAIN || errno == EINTR) return;
    conn_close(c, 1);
    return;
  }
  uint64_t now = now_ns();
  uint32_t tot = have + (uint32_t)r, off = 0;
  while (tot - off >= 2) {
    uint32_t len = 0, k = 1, sh = 0;
    int ok = 0;
    while (off + k < tot && k <= 4) {
      uint8_t b = RB[off + k++];
      len |= (uint32_t)(b & 127) << sh;
      sh += 7;
      if (!(b & 128)) { ok = 1; break; }
    }
    if (!ok) { if (k > 4) { conn_close(c, 1); return; } break; }
    if (tot - off < k + len) break;
    on_packet(c, RB[off], RB + off + k, len, now);
    if (c->state == S_CLOSED) return;
    off += k + len;
  }
  uint32_t left = tot - off;
  if (left) {
    if (left > c->rcap) { c->rcap = left + 256; c->rb = xrealloc(c->rb, c->rcap); }
    memcpy(c->rb, RB + off, left);
  }
  c->rl = left;
  if (c->role == R_PUB && running) pub_fill(c);
  else {
    if (c->wo < c->wl) flush_w(c);
    if (c->role == R_SUB && running && O.rate <= 0) {
      if (O.mode == M_PAIRS) pub_fill(&pub[c->idx]);
      else fan_kick = 1;
    }
  }
}
