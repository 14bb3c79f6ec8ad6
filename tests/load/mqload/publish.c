/* the sending side: when a publisher may send, and what */
#include "mqload.h"
#include <stdio.h>
#include <string.h>

/* the number that ends the topic always has as many digits: it is written over in place */
#define TOPIC_DIGITS 3
#define TOPIC_FIRST 100

static uint32_t rng = 2463534242u;
void pub_prepare(Conn *c) {
  char topic[512];
  topic_of(topic, sizeof topic, c->idx);
  if (O.topics) strncat(topic, "/100", sizeof topic - strlen(topic) - 1);
  uint32_t tl = (uint32_t)strlen(topic);
  uint32_t rem = 2 + tl + (O.qos ? 2 : 0) + PLN;
  uint8_t lb[4];
  int ln = put_len(lb, rem);
  c->pktn = 1 + (uint32_t)ln + rem;
  c->pkt = xalloc(c->pktn);
  uint8_t *p = c->pkt;
  *p++ = (uint8_t)(0x30 | (O.qos << 1) | (O.retain ? 1 : 0));
  memcpy(p, lb, (size_t)ln); p += ln;
  p = put_str(p, topic);
  c->mido = (uint32_t)(p - c->pkt);
  c->topico = c->mido - TOPIC_DIGITS;
  if (O.qos) p += 2;
  c->plo = (uint32_t)(p - c->pkt);
  memcpy(p, PL, PLN);
  for (int i = 0; i < NPF; i++) {
    if (PF[i].kind != 'C') continue;
    char tmp[32];
    snprintf(tmp, sizeof tmp, "%0*u", PF[i].w, c->idx + (uint32_t)O.base);
    memcpy(p + PF[i].off, tmp, PF[i].w);
  }
  if (O.qos) {
    c->slots = xalloc(sizeof(Slot) * (size_t)O.window);
    c->fq = xalloc(sizeof(uint16_t) * (size_t)O.window);
    for (int i = 0; i < O.window; i++) c->fq[i] = (uint16_t)i;
    c->fn = (uint32_t)O.window;
  }
}

/*
 * QoS 0 ingest has no acks and the kernel may buffer tens of megabytes per
 * connection, so a PINGREQ follows every ping_every messages and at most
 * PINGS_MAX of them may be unanswered. The run ends with two more PINGREQs, the
 * second sent only after the answer to the first: a broker that works on one
 * read chunk at a time has then finished all publishes.
 */
#define PINGS_MAX 4
#define SCORE_MAX 32

static void put_ping(Conn *c) {
  uint8_t *p = w_room(c, 2);
  p[0] = 0xC0; p[1] = 0;
  c->pings_out++;
  c->since_ping = 0;
}

/* may publisher c send one more message now? */
static int can_send(Conn *c) {
  if (!sending || c->state != S_READY || c->done) return 0;
  if (O.n && c->sent >= O.n) return 0;
  if (O.rate > 0) { if (!c->due) return 0; }
  else if (O.mode == M_FANOUT) {
    if (tot_sent * (uint64_t)O.subs >= tot_recv + (uint64_t)O.subs * (uint64_t)O.e2e_window) return 0;
  } else if (O.mode == M_PAIRS) {
    if (c->sent >= sub[c->idx].got + (uint64_t)O.e2e_window) return 0;
  }
  if (O.qos && !c->fn) { if (O.rate > 0) tot_wblk++; return 0; }
  if (!O.qos && O.ping_every && O.mode == M_INGEST && c->pings_out >= PINGS_MAX) return 0;
  if (c->wl - c->wo + c->pktn > O.chunk && c->wl != c->wo) return 0;
  return 1;
}

void pub_finish_check(Conn *c) {
  if (c->done || !running || c->state != S_READY) return;
  int all_sent = O.n ? c->sent >= O.n : !sending;
  if (!all_sent) return;
  if (O.qos) {
    if (c->inflight == 0) c->done = 1;
  } else if (c->pinged < 2 && c->pings_out == 0) {
    put_ping(c);
    c->pinged++;
    flush_w(c);
  }
}

void pub_fill(Conn *c) {
  int any = 0;
  if (can_send(c)) {
    uint64_t t = now_ns(), wall = wall_ms();
    uint8_t ns[19], ms[13];
    put_dec(ns, 19, t);
    put_dec(ms, 13, wall);
    do {
      uint8_t *p = w_room(c, c->pktn);
      memcpy(p, c->pkt, c->pktn);
      if (O.topics) put_dec(p + c->topico, TOPIC_DIGITS, TOPIC_FIRST + c->sent % (uint64_t)O.topics);
      uint8_t *pl = p + c->plo;
      for (int i = 0; i < NPF; i++) {
        uint8_t *f = pl + PF[i].off;
        switch (PF[i].kind) {
          case 'd': put_dec(f, 10, c->sent + 1); break;
          case 'T': memcpy(f, ms, 13); break;
          case 'M': /* what is kept under its time must not have that of another */
            c->said_ms = c->said_ms < wall ? wall : c->said_ms + 1;
            put_dec(f, 13, c->said_ms);
            break;
          case 'N': memcpy(f, ns, 19); break;
          case 'V':
            rng ^= rng << 13; rng ^= rng >> 17; rng ^= rng << 5;
            put_dec(f, 5, 1000 + rng % 9000);
            f[0] = f[1]; f[1] = f[2]; f[2] = '.';
            break;
          case 'S': put_dec(f, 2, c->sent % (SCORE_MAX + 1)); break;
        }
      }
      if (O.qos) {
        uint16_t s = c->fq[c->fh];
        c->fh = (c->fh + 1) % (uint32_t)O.window;
        c->fn--;
        c->slots[s].t = t;
        c->slots[s].st = 1;
        uint16_t mid = (uint16_t)(s + 1);
        p[c->mido] = (uint8_t)(mid >> 8);
        p[c->mido + 1] = (uint8_t)mid;
        c->inflight++;
      }
      c->sent++;
      tot_sent++;
      if (c->due) c->due--;
      if (!O.qos && O.ping_every && O.mode == M_INGEST && ++c->since_ping >= O.ping_every) put_ping(c);
      any = 1;
    } while (can_send(c));
  }
  if (any || c->wo < c->wl) flush_w(c);
  /* more to say than one chunk: come back when the socket takes it */
  if (c->state == S_READY && can_send(c)) ep_mod(c, 1);
  pub_finish_check(c);
}
