/* the runs: messages, and connections that are held */
#include "mqload.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

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

int run_msgs(void) {
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

int run_conns(void) {
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
