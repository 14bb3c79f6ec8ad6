/*
 * mqload - small MQTT 3.1.1 load generator (single file, single thread, epoll).
 * C, because a generator in Node would be the bottleneck it is meant to find.
 *
 *   make
 *
 * Modes
 *   ingest   P publishers, N messages each (or -d seconds), topic <template(i)>
 *   fanout   P publishers -> K subscribers that all use one filter
 *   pairs    P publishers -> P subscribers, one topic each
 *   conns    open C connections, hold them H seconds with keepalive
 *
 * Every run prints exactly one JSON line on stdout; diagnostics go to stderr.
 * Only loopback targets (127.0.0.0/8) are accepted.
 *
 * Templates
 *   topic / client id / user / pass: %d or %0<w>d = client index (+ --base)
 *   --secrets F: a password per line, the first for client index 0
 *   payload file: %d sequence (space padded, 10 wide: still valid JSON)
 *                 %T wall clock ms (13 digits)      %N monotonic ns (19 wide)
 *                 %V varying number dd.dd           %C / %0<w>C client index
 *                 %S a Simon score, 0 to 32     %% a literal percent sign
 *   The end-to-end latency needs %N in the payload, loss per publisher needs
 *   %C and %d. The built-in payload has all of them and is valid JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* ------------------------------------------------------------ utilities */

static void die(const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "mqload: ");
  vfprintf(stderr, fmt, ap);
  fprintf(stderr, "\n");
  va_end(ap);
  exit(2);
}

static void *xalloc(size_t n) {
  void *p = calloc(1, n ? n : 1);
  if (!p) die("out of memory");
  return p;
}

static void *xrealloc(void *p, size_t n) {
  p = realloc(p, n);
  if (!p) die("out of memory");
  return p;
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static uint64_t wall_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000ull + (uint64_t)t.tv_nsec / 1000000ull;
}

/* log-linear histogram of nanoseconds, 64 steps per power of two (<1.6 %) */
#define HB (60 * 64)
typedef struct {
  uint64_t c[HB], n, max;
  double sum;
} Hist;

static void h_add(Hist *h, uint64_t v) {
  unsigned i;
  if (v < 64) {
    i = (unsigned)v;
  } else {
    unsigned e = 63u - (unsigned)__builtin_clzll(v);
    i = (e - 5) * 64 + (unsigned)((v >> (e - 6)) & 63);
  }
  if (i >= HB) i = HB - 1;
  h->c[i]++;
  h->n++;
  h->sum += (double)v;
  if (v > h->max) h->max = v;
}

static double h_q(const Hist *h, double q) { /* microseconds */
  if (!h->n) return 0;
  uint64_t want = (uint64_t)(q * (double)h->n);
  if (want >= h->n) want = h->n - 1;
  uint64_t seen = 0;
  for (unsigned i = 0; i < HB; i++) {
    seen += h->c[i];
    if (seen > want) {
      double v;
      if (i < 64) v = i;
      else {
        unsigned e = i / 64 + 5, m = i % 64;
        v = ((double)(64 + m) + 0.5) * (double)(1ull << (e - 6));
      }
      if (v > (double)h->max) v = (double)h->max;
      return v / 1000.0;
    }
  }
  return (double)h->max / 1000.0;
}

/* %d / %0<w>d -> index */
static void expand(char *out, size_t cap, const char *t, uint32_t idx) {
  size_t o = 0;
  while (*t && o + 24 < cap) {
    if (t[0] == '%') {
      const char *q = t + 1;
      int w = 0;
      while (isdigit((unsigned char)*q)) w = w * 10 + (*q++ - '0');
      if (*q == 'd' && w <= 16) {
        o += (size_t)snprintf(out + o, cap - o, "%0*u", w ? w : 1, idx);
        t = q + 1;
        continue;
      }
      if (t[1] == '%') t++;
    }
    out[o++] = *t++;
  }
  out[o] = 0;
}

/* right-aligned decimal, space padded */
static void put_dec(uint8_t *p, int w, uint64_t v) {
  int i = w - 1;
  do {
    p[i--] = (uint8_t)('0' + v % 10);
    v /= 10;
  } while (v && i >= 0);
  while (i >= 0) p[i--] = ' ';
}

static int get_dec(const uint8_t *p, int w, uint64_t *out) {
  uint64_t v = 0;
  int i = 0, any = 0;
  while (i < w && p[i] == ' ') i++;
  for (; i < w; i++) {
    if (p[i] < '0' || p[i] > '9') return 0;
    v = v * 10 + (uint64_t)(p[i] - '0');
    any = 1;
  }
  *out = v;
  return any;
}

/* ------------------------------------------------------------ options */

enum { M_INGEST, M_FANOUT, M_PAIRS, M_CONNS };
static const char *mode_name[] = {"ingest", "fanout", "pairs", "conns"};

static struct {
  int mode;
  char host[64];
  int port;
  int pubs, subs, conns;
  uint64_t n;         /* messages per publisher; 0 = by duration */
  double duration;    /* seconds of sending */
  int size, qos, sub_qos, window, e2e_window;
  double rate;        /* msgs/s per publisher, 0 = max */
  const char *topic_t, *id_t, *user_t, *pass_t, *sub_user_t, *sub_pass_t;
  const char *filter, *payload_file, *label;
  char **secrets;
  uint32_t n_secrets;
  int base, clean, sub_clean, retain, keepalive, conc, spread;
  double hold, timeout, stall;
  int pid;
  uint32_t chunk, ping_every;
} O = {
  .host = "127.0.0.1", .port = 1883, .pubs = 50, .subs = 1, .conns = 1000, .n = 0,
  .duration = 0, .size = 120, .qos = 0, .sub_qos = -1, .window = 20,
  .e2e_window = 50, .rate = 0, .topic_t = "bench/%d", .id_t = NULL,
  .base = 0, .clean = 1, .sub_clean = 1, .keepalive = 60, .conc = 100, .spread = 1,
  .hold = 5, .timeout = 120, .stall = 3,   .chunk = 16384, .ping_every = 64, .label = "",
};

/* ------------------------------------------------------------ payload */

static uint8_t *PL;          /* template with room for the fields */
static uint32_t PLN;
typedef struct { uint32_t off; uint8_t w, kind; } Field;
static Field PF[64];
static int NPF;
static Field F_seq, F_ns, F_cli; /* first of each kind; w==0 if absent */

static void pl_field(char kind, uint8_t w) {
  if (NPF >= 64) die("too many payload fields");
  Field f = {PLN, w, (uint8_t)kind};
  PF[NPF++] = f;
  if (kind == 'd' && !F_seq.w) F_seq = f;
  if (kind == 'N' && !F_ns.w) F_ns = f;
  if (kind == 'C' && !F_cli.w) F_cli = f;
  memset(PL + PLN, '0', w);
  PLN += w;
}

static void payload_compile(const char *t, size_t n) {
  PL = xalloc(n * 20 + 64);
  for (size_t i = 0; i < n; i++) {
    if (t[i] == '%' && i + 1 < n) {
      size_t j = i + 1;
      unsigned w = 0;
      while (j < n && isdigit((unsigned char)t[j])) w = w * 10 + (unsigned)(t[j++] - '0');
      if (j < n && w <= 19) {
        switch (t[j]) {
          case 'd': pl_field('d', 10); i = j; continue;
          case 'T': pl_field('T', 13); i = j; continue;
          case 'N': pl_field('N', 19); i = j; continue;
          case 'V': pl_field('V', 5); i = j; continue;
          case 'S': pl_field('S', 2); i = j; continue;
          case 'C': pl_field('C', (uint8_t)(w ? w : 6)); i = j; continue;
          case '%': PL[PLN++] = '%'; i = j; continue;
        }
      }
    }
    PL[PLN++] = (uint8_t)t[i];
  }
}

static void payload_init(void) {
  if (O.payload_file) {
    FILE *f = fopen(O.payload_file, "rb");
    if (!f) die("cannot open %s", O.payload_file);
    static char buf[1 << 16];
    size_t n = fread(buf, 1, sizeof buf, f);
    fclose(f);
    while (n && (buf[n - 1] == '\n' || buf[n - 1] == '\r')) n--;
    payload_compile(buf, n);
    return;
  }
  static char t[1 << 20];
  const char *head = "{\"dev\":\"%06C\",\"seq\":%d,\"ts\":%T,\"n\":\"%N\",\"t\":%V,\"h\":%V";
  /* 15 + 17 + 19 + 26 + 10 + 10 = 97, then ,"p":"xx"} */
  const int fixed = 98;
  if (O.size < fixed + 7) {
    if (O.size < 37) O.size = 37;
    int o = sprintf(t, "%%06C,%%d,%%N");
    for (int i = 37; i < O.size; i++) t[o++] = 'x';
    payload_compile(t, (size_t)o);
  } else {
    int o = sprintf(t, "%s,\"p\":\"", head);
    for (int i = fixed + 7; i < O.size && o < (int)sizeof t - 8; i++) t[o++] = 'x';
    t[o++] = '"';
    t[o++] = '}';
    payload_compile(t, (size_t)o);
  }
}

static void read_secrets(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) die("cannot open %s", path);
  char line[2048];
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\r\n")] = 0;
    O.secrets = xrealloc(O.secrets, sizeof *O.secrets * (O.n_secrets + 1));
    O.secrets[O.n_secrets++] = strdup(line);
  }
  fclose(f);
}

/* ------------------------------------------------------------ connections */

enum { R_PUB, R_SUB, R_IDLE };
enum { S_NEW, S_CONNECTING, S_WAITACK, S_SUBWAIT, S_READY, S_CLOSED };

typedef struct {
  uint64_t t;
  uint8_t st; /* 0 free, 1 wait PUBACK/PUBREC, 2 wait PUBCOMP */
} Slot;

typedef struct Conn {
  int fd;
  uint8_t role, state, wantout, pinged, done;
  uint32_t idx;
  uint8_t *rb;
  uint32_t rl, rcap;
  uint8_t *wb;
  uint32_t wl, wo, wcap;
  uint64_t t0;
  /* publisher */
  uint64_t sent, acked, due, target;
  uint32_t inflight, pings_out, since_ping;
  Slot *slots;
  uint16_t *fq;
  uint32_t fh, fn;
  uint8_t *pkt;
  uint32_t pktn, plo, mido;
  /* subscriber */
  uint64_t got;
} Conn;

static int EP;
static Conn *pub, *sub, *idle;
static int n_ready, n_started, n_dropped, n_refused;
static uint64_t tot_sent, tot_acked, tot_recv, tot_dup, tot_ooo, tot_wblk;
/* per (subscriber, publisher): highest sequence and which of the 64 before it came */
typedef struct { uint64_t seen; uint32_t last; } Seq;
static Seq *lastseq;
static Hist h_ack, h_e2e, h_conn, h_lag;
static int running, sending;
static uint64_t t_start, t_stop_send, t_last, t_progress;
static uint32_t rng = 2463534242u;
static uint8_t RB[(1 << 20) + (1 << 18)];

static void conn_close(Conn *c, int dropped) {
  if (c->state == S_CLOSED) return;
  close(c->fd);
  c->fd = -1;
  if (dropped) n_dropped++;
  c->state = S_CLOSED;
  free(c->rb); c->rb = NULL; c->rl = c->rcap = 0;
  free(c->wb); c->wb = NULL; c->wl = c->wo = c->wcap = 0;
}

static void ep_mod(Conn *c, int out) {
  if (c->wantout == out) return;
  struct epoll_event e = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c};
  epoll_ctl(EP, EPOLL_CTL_MOD, c->fd, &e);
  c->wantout = (uint8_t)out;
}

static uint8_t *w_room(Conn *c, uint32_t n) {
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

static void flush_w(Conn *c) {
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

static int put_len(uint8_t *p, uint32_t v) {
  int n = 0;
  do {
    uint8_t b = v & 127;
    v >>= 7;
    p[n++] = (uint8_t)(b | (v ? 128 : 0));
  } while (v);
  return n;
}

static uint8_t *put_str(uint8_t *p, const char *s) {
  size_t n = strlen(s);
  *p++ = (uint8_t)(n >> 8);
  *p++ = (uint8_t)n;
  memcpy(p, s, n);
  return p + n;
}

static void ack2(Conn *c, uint8_t h, uint16_t mid) {
  uint8_t *p = w_room(c, 4);
  p[0] = h; p[1] = 2; p[2] = (uint8_t)(mid >> 8); p[3] = (uint8_t)mid;
}

static void topic_of(char *out, size_t cap, uint32_t idx) {
  expand(out, cap, O.topic_t, idx + (uint32_t)O.base);
}

static void send_connect(Conn *c) {
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

static void send_subscribe(Conn *c, const char *filter, int qos) {
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

static void pub_prepare(Conn *c) {
  char topic[512];
  topic_of(topic, sizeof topic, c->idx);
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

static void pub_finish_check(Conn *c) {
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

static void pub_fill(Conn *c) {
  int any = 0;
  if (can_send(c)) {
    uint64_t t = now_ns();
    uint8_t ns[19], ms[13];
    put_dec(ns, 19, t);
    put_dec(ms, 13, wall_ms());
    do {
      uint8_t *p = w_room(c, c->pktn);
      memcpy(p, c->pkt, c->pktn);
      uint8_t *pl = p + c->plo;
      for (int i = 0; i < NPF; i++) {
        uint8_t *f = pl + PF[i].off;
        switch (PF[i].kind) {
          case 'd': put_dec(f, 10, c->sent + 1); break;
          case 'T': memcpy(f, ms, 13); break;
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

static int fan_kick;

static void on_readable(Conn *c) {
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

/* ------------------------------------------------------------ connecting */

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

static Conn TIMER;
static int tfd = -1;

static void loop_once(int timeout_ms) {
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

static void connect_all(Conn *cs, int n, uint64_t deadline) {
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

/* ------------------------------------------------------------ accounting */

typedef struct {
  double self, br_all, br_main, sys_busy, steal;
  long rss, hwm;
} Acct;

static double sched_file(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  unsigned long long a = 0;
  if (fscanf(f, "%llu", &a) != 1) a = 0;
  fclose(f);
  return (double)a / 1e9;
}

static void take_acct(Acct *a) {
  memset(a, 0, sizeof *a);
  struct rusage ru;
  getrusage(RUSAGE_SELF, &ru);
  a->self = (double)ru.ru_utime.tv_sec + (double)ru.ru_utime.tv_usec / 1e6 +
            (double)ru.ru_stime.tv_sec + (double)ru.ru_stime.tv_usec / 1e6;
  FILE *f = fopen("/proc/stat", "r");
  if (f) {
    unsigned long long u, ni, s, id, io, irq, si, st;
    if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &u, &ni, &s, &id, &io, &irq, &si, &st) == 8) {
      double hz = (double)sysconf(_SC_CLK_TCK);
      a->sys_busy = (double)(u + ni + s + irq + si + st) / hz;
      a->steal = (double)st / hz;
    }
    fclose(f);
  }
  if (O.pid > 0) {
    char p[128], line[256];
    snprintf(p, sizeof p, "/proc/%d/task", O.pid);
    DIR *d = opendir(p);
    if (d) {
      struct dirent *e;
      while ((e = readdir(d))) {
        if (!isdigit((unsigned char)e->d_name[0])) continue;
        char q[400];
        snprintf(q, sizeof q, "/proc/%d/task/%s/schedstat", O.pid, e->d_name);
        double v = sched_file(q);
        a->br_all += v;
        if (atoi(e->d_name) == O.pid) a->br_main = v;
      }
      closedir(d);
    }
    snprintf(p, sizeof p, "/proc/%d/status", O.pid);
    f = fopen(p, "r");
    if (f) {
      while (fgets(line, sizeof line, f)) {
        sscanf(line, "VmRSS: %ld", &a->rss);
        sscanf(line, "VmHWM: %ld", &a->hwm);
      }
      fclose(f);
    }
  }
}

static void print_hist(const char *name, const Hist *h) {
  printf(",\"%s\":{\"n\":%llu,\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}",
         name, (unsigned long long)h->n, h->n ? h->sum / (double)h->n / 1000.0 : 0.0, h_q(h, .5), h_q(h, .9),
         h_q(h, .99), h_q(h, .999), (double)h->max / 1000.0);
}

static void print_acct(const Acct *a, const Acct *b, double sec, double msgs) {
  double tool = b->self - a->self, br = b->br_all - a->br_all, bm = b->br_main - a->br_main;
  printf(",\"tool_cpu\":%.3f", tool / sec);
  if (O.pid > 0) {
    printf(",\"broker_cpu\":%.3f,\"broker_main_cpu\":%.3f", br / sec, bm / sec);
    if (msgs > 0) printf(",\"broker_us_per_msg\":%.3f,\"main_us_per_msg\":%.3f", br * 1e6 / msgs, bm * 1e6 / msgs);
    printf(",\"rss_kb_before\":%ld,\"rss_kb\":%ld,\"hwm_kb\":%ld", a->rss, b->rss, b->hwm);
  }
  /* /proc/stat has 10 ms ticks: good for runs of a second or more */
  printf(",\"other_cpu\":%.3f,\"steal\":%.3f", (b->sys_busy - a->sys_busy - tool - br) / sec, (b->steal - a->steal) / sec);
}

/* ------------------------------------------------------------ run phases */

static uint64_t next_due, due_k;

static void schedule_due(void) {
  /* evenly phased: global message k goes to publisher k % P at start + k/(R*P) */
  double step = 1e9 / (O.rate * (double)O.pubs);
  uint64_t now = now_ns();
  while (next_due <= now && sending) {
    Conn *c = &pub[due_k % (uint64_t)O.pubs];
    if (c->state == S_READY && (!O.n || c->sent + c->due < O.n)) {
      c->due++;
      h_add(&h_lag, now - next_due);
      pub_fill(c);
    } else if (O.n && due_k / (uint64_t)O.pubs >= O.n) break;
    due_k++;
    next_due = t_start + (uint64_t)((double)due_k * step);
  }
  struct itimerspec it = {0};
  uint64_t t = next_due > now ? next_due : now + 1000;
  it.it_value.tv_sec = (time_t)(t / 1000000000ull);
  it.it_value.tv_nsec = (long)(t % 1000000000ull);
  timerfd_settime(tfd, TFD_TIMER_ABSTIME, &it, NULL);
}

static int all_done(void) {
  for (int i = 0; i < O.pubs; i++)
    if (pub[i].state == S_READY && !pub[i].done) return 0;
  return 1;
}

static void say_bye(Conn *cs, int n) {
  for (int i = 0; i < n; i++) {
    if (cs[i].state != S_READY) continue;
    uint8_t d[2] = {0xE0, 0};
    if (cs[i].wo == cs[i].wl && write(cs[i].fd, d, 2) < 0) {}
    close(cs[i].fd);
    cs[i].state = S_CLOSED;
  }
}

static void head(const char *extra_fmt, ...) {
  printf("{\"mode\":\"%s\",\"label\":\"%s\",\"port\":%d", mode_name[O.mode], O.label, O.port);
  va_list ap;
  va_start(ap, extra_fmt);
  vprintf(extra_fmt, ap);
  va_end(ap);
}

static int run_msgs(void) {
  uint64_t deadline = now_ns() + (uint64_t)(O.timeout * 1e9);
  if (!O.n && O.duration <= 0) die("need -n or -d");
  if (O.mode == M_INGEST) O.subs = 0;
  if (O.mode == M_PAIRS) O.subs = O.pubs;
  pub = xalloc(sizeof(Conn) * (size_t)O.pubs);
  sub = xalloc(sizeof(Conn) * (size_t)(O.subs + 1));
  for (int i = 0; i < O.pubs; i++) { pub[i].idx = (uint32_t)i; pub[i].role = R_PUB; }
  for (int i = 0; i < O.subs; i++) { sub[i].idx = (uint32_t)i; sub[i].role = R_SUB; }
  uint64_t cells = O.mode == M_PAIRS ? (uint64_t)O.subs : (uint64_t)O.subs * (uint64_t)O.pubs;
  if (O.subs && cells <= (16u << 20)) lastseq = xalloc(cells * sizeof *lastseq);
  if (O.subs) connect_all(sub, O.subs, deadline);
  connect_all(pub, O.pubs, deadline);
  if (n_dropped) die("%d connections failed", n_dropped);
  for (int i = 0; i < O.pubs; i++) pub_prepare(&pub[i]);

  Acct a0, a1;
  take_acct(&a0);
  t_start = t_last = t_progress = now_ns();
  t_stop_send = O.n ? 0 : t_start + (uint64_t)(O.duration * 1e9);
  running = sending = 1;
  if (O.rate > 0) {
    tfd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = &TIMER};
    epoll_ctl(EP, EPOLL_CTL_ADD, tfd, &e);
    next_due = t_start;
    schedule_due();
  } else {
    for (int i = 0; i < O.pubs; i++) pub_fill(&pub[i]);
  }
  int timed_out = 0, stalled = 0;
  uint32_t rr = 0;
  for (;;) {
    loop_once(20);
    uint64_t now = now_ns();
    if (sending && t_stop_send && now >= t_stop_send) {
      sending = 0;
      for (int i = 0; i < O.pubs; i++) { pub[i].due = 0; pub_finish_check(&pub[i]); }
    }
    if (O.rate > 0 && sending) schedule_due();
    if (fan_kick) {
      fan_kick = 0;
      for (int i = 0; i < O.pubs; i++) pub_fill(&pub[(rr + (uint32_t)i) % (uint32_t)O.pubs]);
      rr++;
    }
    if (all_done()) {
      if (O.mode == M_INGEST) break;
      uint64_t exp = O.mode == M_FANOUT ? tot_sent * (uint64_t)O.subs : tot_sent;
      if (tot_recv >= exp) break;
    }
    if (now > t_progress + (uint64_t)(O.stall * 1e9) && (O.rate <= 0 || !sending || now > next_due + (uint64_t)(O.stall * 1e9))) { stalled = 1; break; }
    if (now > deadline) { timed_out = 1; break; }
  }
  take_acct(&a1);
  double sec = (double)(t_last - t_start) / 1e9;
  if (sec <= 0) sec = 1e-9;
  double wall = (double)(now_ns() - t_start) / 1e9;
  running = sending = 0;
  double count = O.mode == M_INGEST ? (double)tot_acked : (double)tot_recv;
  head(",\"pubs\":%d,\"subs\":%d,\"qos\":%d,\"sub_qos\":%d,\"size\":%u,\"window\":%d,\"e2e_window\":%d,\"rate_per_pub\":%g",
       O.pubs, O.subs, O.qos, O.sub_qos, PLN, O.qos ? O.window : 0, O.mode == M_INGEST || O.rate > 0 ? 0 : O.e2e_window, O.rate);
  printf(",\"seconds\":%.4f,\"sent\":%llu,\"acked\":%llu,\"msgs_per_s\":%.1f", sec,
         (unsigned long long)tot_sent, (unsigned long long)tot_acked, count / sec);
  if (O.mode != M_INGEST) {
    uint64_t exp = O.mode == M_FANOUT ? tot_sent * (uint64_t)O.subs : tot_sent;
    printf(",\"received\":%llu,\"expected\":%llu,\"lost\":%lld,\"dups\":%llu,\"reordered\":%llu",
           (unsigned long long)tot_recv, (unsigned long long)exp,
           (long long)exp - (long long)(tot_recv - tot_dup), (unsigned long long)tot_dup, (unsigned long long)tot_ooo);
    print_hist("e2e_us", &h_e2e);
  }
  if (O.qos) print_hist("ack_us", &h_ack);
  if (O.rate > 0) { print_hist("gen_lag_us", &h_lag); printf(",\"window_blocked\":%llu", (unsigned long long)tot_wblk); }
  print_acct(&a0, &a1, wall, count);
  printf(",\"dropped\":%d,\"stalled\":%s,\"timeout\":%s}\n", n_dropped, stalled ? "true" : "false", timed_out ? "true" : "false");
  fflush(stdout);
  say_bye(pub, O.pubs);
  say_bye(sub, O.subs);
  return n_dropped || stalled || timed_out;
}

static int run_conns(void) {
  uint64_t deadline = now_ns() + (uint64_t)(O.timeout * 1e9);
  struct rlimit rl;
  getrlimit(RLIMIT_NOFILE, &rl);
  rl.rlim_cur = rl.rlim_max;
  setrlimit(RLIMIT_NOFILE, &rl);
  if ((rlim_t)O.conns + 32 > rl.rlim_cur) die("RLIMIT_NOFILE %lu is too low", (unsigned long)rl.rlim_cur);
  idle = xalloc(sizeof(Conn) * (size_t)O.conns);
  for (int i = 0; i < O.conns; i++) { idle[i].idx = (uint32_t)i; idle[i].role = R_IDLE; }
  if (O.sub_qos < 0) O.sub_qos = 0;
  Acct a0, a1, a2;
  take_acct(&a0);
  t_start = now_ns();
  connect_all(idle, O.conns, deadline);
  double csec = (double)(now_ns() - t_start) / 1e9;
  take_acct(&a1);
  uint64_t h0 = now_ns(), hend = h0 + (uint64_t)(O.hold * 1e9);
  uint64_t next_ping = h0 + (uint64_t)(O.keepalive > 0 ? O.keepalive : 60) * 500000000ull;
  int dropped0 = n_dropped;
  uint64_t pings = 0;
  while (now_ns() < hend) {
    loop_once(100);
    if (O.keepalive > 0 && now_ns() >= next_ping) {
      for (int i = 0; i < O.conns; i++) {
        if (idle[i].state != S_READY) continue;
        uint8_t *p = w_room(&idle[i], 2);
        p[0] = 0xC0; p[1] = 0;
        flush_w(&idle[i]);
        pings++;
      }
      next_ping += (uint64_t)O.keepalive * 500000000ull;
    }
  }
  take_acct(&a2);
  double hsec = (double)(now_ns() - h0) / 1e9;
  head(",\"conns\":%d,\"ready\":%d,\"refused\":%d,\"connect_s\":%.4f,\"conns_per_s\":%.1f", O.conns, n_ready, n_refused, csec, n_ready / csec);
  print_hist("connect_us", &h_conn);
  print_acct(&a0, &a1, csec, n_ready);
  if (O.pid > 0)
    printf(",\"rss_kb_held\":%ld,\"kb_per_conn\":%.2f,\"hold_broker_cpu\":%.4f", a2.rss, n_ready ? (double)(a2.rss - a0.rss) / n_ready : 0.0,
           (a2.br_all - a1.br_all) / hsec);
  printf(",\"pings\":%llu,\"dropped_connecting\":%d,\"dropped_holding\":%d}\n", (unsigned long long)pings, dropped0, n_dropped - dropped0);
  fflush(stdout);
  say_bye(idle, O.conns);
  return n_dropped != 0;
}

/* ------------------------------------------------------------ main */

static void usage(void) {
  fprintf(stderr,
    "usage: mqload ingest|fanout|pairs|conns [options]\n"
    "  --host 127.x.y.z  --port P        target (loopback only)\n"
    "  -p, --pubs P      -k, --subs K    -c, --conns C\n"
    "  -n, --count N     messages per publisher      -d, --duration S  or seconds\n"
    "  -s, --size S      payload bytes (120)         --payload-file F  literal template\n"
    "  -q, --qos 0|1|2   --sub-qos Q (default: qos)  -w, --window W    in flight per publisher (20)\n"
    "  --e2e-window E    undelivered messages when no rate is given (50)\n"
    "  -r, --rate R      msgs/s per publisher (0 = max)\n"
    "  --topic-template T (bench/%%d)  --filter F  --client-id-template T  --base B (first index)\n"
    "  --user-template T --pass T  --sub-user-template T --sub-pass T\n"
    "  --secrets F       one password per line, by client index; for publishers and idle connections\n"
    "  --clean 0|1 --sub-clean 0|1 --retain --keepalive S\n"
    "  --hold S (conns)  --spread N source addresses 127.0.0.2..  --concurrency N connects at once\n"
    "  --chunk B         bytes buffered per write (16384)\n"
    "  --ping-every M    QoS 0 ingest: one PINGREQ per M messages, 4 unanswered at most (64; 0 = off)\n"
    "  --pid PID         broker process: adds CPU and RSS to the result\n"
    "  --timeout S  --stall S  --label TEXT\n");
  exit(2);
}

int main(int argc, char **argv) {
  if (argc < 2) usage();
  signal(SIGPIPE, SIG_IGN);
  O.mode = -1;
  for (int i = 0; i <= M_CONNS; i++) if (!strcmp(argv[1], mode_name[i])) O.mode = i;
  if (O.mode < 0) usage();
  enum { X_HOST = 256, X_PORT, X_PF, X_SQ, X_E2E, X_TT, X_FI, X_ID, X_BASE, X_U, X_P, X_SU, X_SP, X_CL, X_SCL, X_RT,
         X_KA, X_HOLD, X_SPREAD, X_CONC, X_CHUNK, X_PID, X_TO, X_STALL, X_LABEL, X_SECRETS, X_PE };
  static const struct option lo[] = {
    {"host", 1, 0, X_HOST}, {"port", 1, 0, X_PORT}, {"pubs", 1, 0, 'p'}, {"subs", 1, 0, 'k'}, {"conns", 1, 0, 'c'},
    {"count", 1, 0, 'n'}, {"duration", 1, 0, 'd'}, {"size", 1, 0, 's'}, {"payload-file", 1, 0, X_PF}, {"qos", 1, 0, 'q'},
    {"sub-qos", 1, 0, X_SQ}, {"window", 1, 0, 'w'}, {"e2e-window", 1, 0, X_E2E}, {"rate", 1, 0, 'r'},
    {"topic-template", 1, 0, X_TT}, {"filter", 1, 0, X_FI}, {"client-id-template", 1, 0, X_ID}, {"base", 1, 0, X_BASE},
    {"user-template", 1, 0, X_U}, {"pass", 1, 0, X_P}, {"sub-user-template", 1, 0, X_SU}, {"sub-pass", 1, 0, X_SP},
    {"clean", 1, 0, X_CL}, {"sub-clean", 1, 0, X_SCL}, {"retain", 0, 0, X_RT}, {"keepalive", 1, 0, X_KA},
    {"hold", 1, 0, X_HOLD}, {"spread", 1, 0, X_SPREAD}, {"concurrency", 1, 0, X_CONC}, {"chunk", 1, 0, X_CHUNK},
    {"pid", 1, 0, X_PID}, {"timeout", 1, 0, X_TO}, {"stall", 1, 0, X_STALL}, {"label", 1, 0, X_LABEL}, {"secrets", 1, 0, X_SECRETS},
    {"ping-every", 1, 0, X_PE},
    {0, 0, 0, 0}};
  int o;
  optind = 2;
  while ((o = getopt_long(argc, argv, "p:k:c:n:d:s:q:w:r:", lo, NULL)) != -1) {
    switch (o) {
      case X_HOST: snprintf(O.host, sizeof O.host, "%s", optarg); break;
      case X_PORT: O.port = atoi(optarg); break;
      case 'p': O.pubs = atoi(optarg); break;
      case 'k': O.subs = atoi(optarg); break;
      case 'c': O.conns = atoi(optarg); break;
      case 'n': O.n = strtoull(optarg, NULL, 10); break;
      case 'd': O.duration = atof(optarg); break;
      case 's': O.size = atoi(optarg); break;
      case X_PF: O.payload_file = optarg; break;
      case 'q': O.qos = atoi(optarg); break;
      case X_SQ: O.sub_qos = atoi(optarg); break;
      case 'w': O.window = atoi(optarg); break;
      case X_E2E: O.e2e_window = atoi(optarg); break;
      case 'r': O.rate = atof(optarg); break;
      case X_TT: O.topic_t = optarg; break;
      case X_FI: O.filter = optarg; break;
      case X_ID: O.id_t = optarg; break;
      case X_BASE: O.base = atoi(optarg); break;
      case X_U: O.user_t = optarg; break;
      case X_P: O.pass_t = optarg; break;
      case X_SU: O.sub_user_t = optarg; break;
      case X_SP: O.sub_pass_t = optarg; break;
      case X_CL: O.clean = atoi(optarg); break;
      case X_SCL: O.sub_clean = atoi(optarg); break;
      case X_RT: O.retain = 1; break;
      case X_KA: O.keepalive = atoi(optarg); break;
      case X_HOLD: O.hold = atof(optarg); break;
      case X_SPREAD: O.spread = atoi(optarg); break;
      case X_CONC: O.conc = atoi(optarg); break;
      case X_CHUNK: O.chunk = (uint32_t)atoi(optarg); break;
      case X_PID: O.pid = atoi(optarg); break;
      case X_TO: O.timeout = atof(optarg); break;
      case X_STALL: O.stall = atof(optarg); break;
      case X_LABEL: O.label = optarg; break;
      case X_SECRETS: read_secrets(optarg); break;
      case X_PE: O.ping_every = (uint32_t)atoi(optarg); break;
      default: usage();
    }
  }
  if (strncmp(O.host, "127.", 4)) die("only loopback targets are allowed");
  if (O.qos < 0 || O.qos > 2 || O.sub_qos > 2) die("bad qos");
  if (O.window < 1 || O.window > 65000) die("bad window");
  if (O.pubs < 1 || O.subs < 0 || O.conns < 1 || O.conc < 1 || O.spread < 1 || O.spread > 200) die("bad count");
  if (O.sub_qos < 0) O.sub_qos = O.qos;
  EP = epoll_create1(EPOLL_CLOEXEC);
  if (EP < 0) die("epoll: %s", strerror(errno));
  payload_init();
  return O.mode == M_CONNS ? run_conns() : run_msgs();
}
