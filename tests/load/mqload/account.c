/* CPU and memory of the tool, the broker and the rest of the machine */
#include "mqload.h"
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static double sched_file(const char *path) {
  FILE *f = fopen(path, "r");
  if (!f) return 0;
  unsigned long long a = 0;
  if (fscanf(f, "%llu", &a) != 1) a = 0;
  fclose(f);
  return (double)a / 1e9;
}

void take_acct(Acct *a) {
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

void print_hist(const char *name, const Hist *h) {
  printf(",\"%s\":{\"n\":%llu,\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}",
         name, (unsigned long long)h->n, h->n ? h->sum / (double)h->n / 1000.0 : 0.0, h_q(h, .5), h_q(h, .9),
         h_q(h, .99), h_q(h, .999), (double)h->max / 1000.0);
}

void print_acct(const Acct *a, const Acct *b, double sec, double msgs) {
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
