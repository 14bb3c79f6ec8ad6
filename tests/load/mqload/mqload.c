/*
 * mqload - small MQTT 3.1.1 load generator (single thread, epoll).
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
 *                 %M like %T, but later than the publisher's last one
 *                 %V varying number dd.dd           %C / %0<w>C client index
 *                 %S a Simon score, 0 to 32     %% a literal percent sign
 *   The end-to-end latency needs %N in the payload, loss per publisher needs
 *   %C and %d. The built-in payload has all of them and is valid JSON.
 */
#include "mqload.h"
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

const char *const mode_name[] = {"ingest", "fanout", "pairs", "conns"};

Options O = {
  .host = "127.0.0.1", .port = 1883, .pubs = 50, .subs = 1, .conns = 1000, .n = 0,
  .duration = 0, .size = 120, .qos = 0, .sub_qos = -1, .window = 20,
  .e2e_window = 50, .rate = 0, .topic_t = "bench/%d", .id_t = NULL,
  .base = 0, .clean = 1, .sub_clean = 1, .keepalive = 60, .conc = 100, .spread = 1,
  .hold = 5, .timeout = 120, .stall = 3, .chunk = 16384, .ping_every = 64, .label = "",
};

int EP;
Conn *pub, *sub, *idle;
int n_ready, n_started, n_dropped, n_refused;
uint64_t tot_sent, tot_acked, tot_recv, tot_dup, tot_ooo, tot_wblk;
Seq *lastseq;
Hist h_ack, h_e2e, h_conn, h_lag;
int running, sending;
uint64_t t_start, t_stop_send, t_last, t_progress;

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
    "  --topics N        each publisher goes round N topics below its own, /100 and on (900 at most)\n"
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
  enum { X_HOST = 256, X_PORT, X_PF, X_SQ, X_E2E, X_TT, X_TPS, X_FI, X_ID, X_BASE, X_U, X_P, X_SU, X_SP, X_CL, X_SCL, X_RT,
         X_KA, X_HOLD, X_SPREAD, X_CONC, X_CHUNK, X_PID, X_TO, X_STALL, X_LABEL, X_SECRETS, X_PE };
  static const struct option lo[] = {
    {"host", 1, 0, X_HOST}, {"port", 1, 0, X_PORT}, {"pubs", 1, 0, 'p'}, {"subs", 1, 0, 'k'}, {"conns", 1, 0, 'c'},
    {"count", 1, 0, 'n'}, {"duration", 1, 0, 'd'}, {"size", 1, 0, 's'}, {"payload-file", 1, 0, X_PF}, {"qos", 1, 0, 'q'},
    {"sub-qos", 1, 0, X_SQ}, {"window", 1, 0, 'w'}, {"e2e-window", 1, 0, X_E2E}, {"rate", 1, 0, 'r'},
    {"topic-template", 1, 0, X_TT}, {"filter", 1, 0, X_FI}, {"client-id-template", 1, 0, X_ID}, {"base", 1, 0, X_BASE},
    {"topics", 1, 0, X_TPS},
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
      case X_TPS: O.topics = atoi(optarg); if (O.topics < 0 || O.topics > 900) usage(); break;
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
