/* mqload: what its files share. See mqload.c for what it does. */
#ifndef MQLOAD_H
#define MQLOAD_H
#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>

enum { M_INGEST, M_FANOUT, M_PAIRS, M_CONNS };

typedef struct {
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
  int base, clean, sub_clean, retain, keepalive, conc, spread, topics;
  double hold, timeout, stall;
  int pid;
  uint32_t chunk, ping_every;
} Options;

/* log-linear histogram of nanoseconds, 64 steps per power of two (<1.6 %) */
#define HB (60 * 64)
typedef struct {
  uint64_t c[HB], n, max;
  double sum;
} Hist;

/* a place in the payload template that is filled for each message */
#define PAYLOAD_FIELDS_MAX 64
typedef struct { uint32_t off; uint8_t w, kind; } Field;

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
  uint64_t sent, acked, due, target, said_ms;
  uint32_t inflight, pings_out, since_ping;
  Slot *slots;
  uint16_t *fq;
  uint32_t fh, fn;
  uint8_t *pkt;
  uint32_t pktn, plo, mido, topico;
  /* subscriber */
  uint64_t got;
} Conn;

/* per (subscriber, publisher): highest sequence and which of the 64 before it came */
typedef struct { uint64_t seen; uint32_t last; } Seq;

typedef struct {
  double self, br_all, br_main, sys_busy, steal;
  long rss, hwm;
} Acct;

/* mqload.c: options and the state of the run */
extern Options O;
extern const char *const mode_name[];
extern int EP;
extern Conn *pub, *sub, *idle;
extern int n_ready, n_started, n_dropped, n_refused;
extern uint64_t tot_sent, tot_acked, tot_recv, tot_dup, tot_ooo, tot_wblk;
extern Seq *lastseq;
extern Hist h_ack, h_e2e, h_conn, h_lag;
extern int running, sending;
extern uint64_t t_start, t_stop_send, t_last, t_progress;

/* basics.c: ends, memory, time, histograms, numbers as text */
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *xalloc(size_t n);
void *xrealloc(void *p, size_t n);
uint64_t now_ns(void);
uint64_t wall_ms(void);
void h_add(Hist *h, uint64_t v);
double h_q(const Hist *h, double q);
void expand(char *out, size_t cap, const char *t, uint32_t idx);
void put_dec(uint8_t *p, int w, uint64_t v);
int get_dec(const uint8_t *p, int w, uint64_t *out);

/* payload.c: the payload template and the passwords */
extern uint8_t *PL;
extern uint32_t PLN;
extern Field PF[PAYLOAD_FIELDS_MAX];
extern int NPF;
extern Field F_seq, F_ns, F_cli;
void payload_init(void);
void read_secrets(const char *path);

/* wire.c: packets into the write buffer of a connection */
void conn_close(Conn *c, int dropped);
void ep_mod(Conn *c, int out);
uint8_t *w_room(Conn *c, uint32_t n);
void flush_w(Conn *c);
int put_len(uint8_t *p, uint32_t v);
uint8_t *put_str(uint8_t *p, const char *s);
void ack2(Conn *c, uint8_t h, uint16_t mid);
void topic_of(char *out, size_t cap, uint32_t idx);
void send_connect(Conn *c);
void send_subscribe(Conn *c, const char *filter, int qos);

/* publish.c: the sending side: when a publisher may send, and what */
void pub_prepare(Conn *c);
void pub_finish_check(Conn *c);
void pub_fill(Conn *c);

/* receive.c: the receiving side: packets out of the read buffer */
/* a subscriber made room: publishers may send again */
extern int fan_kick;
void on_readable(Conn *c);

/* connect.c: opening connections, and one turn of the event loop */
extern Conn TIMER;
extern int tfd;
void loop_once(int timeout_ms);
void connect_all(Conn *cs, int n, uint64_t deadline);

/* account.c: CPU and memory of the tool, the broker and the rest of the machine */
void take_acct(Acct *a);
void print_hist(const char *name, const Hist *h);
void print_acct(const Acct *a, const Acct *b, double sec, double msgs);

/* run.c: the runs: messages, and connections that are held */
int run_msgs(void);
int run_conns(void);

#endif
