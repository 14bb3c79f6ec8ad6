/* ends, memory, time, histograms, numbers as text */
#include "mqload.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void die(const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  fprintf(stderr, "mqload: ");
  vfprintf(stderr, fmt, ap);
  fprintf(stderr, "\n");
  va_end(ap);
  exit(2);
}

void *xalloc(size_t n) {
  void *p = calloc(1, n ? n : 1);
  if (!p) die("out of memory");
  return p;
}

void *xrealloc(void *p, size_t n) {
  p = realloc(p, n);
  if (!p) die("out of memory");
  return p;
}

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

uint64_t wall_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (uint64_t)t.tv_sec * 1000ull + (uint64_t)t.tv_nsec / 1000000ull;
}


void h_add(Hist *h, uint64_t v) {
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

double h_q(const Hist *h, double q) { /* microseconds */
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
void expand(char *out, size_t cap, const char *t, uint32_t idx) {
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
void put_dec(uint8_t *p, int w, uint64_t v) {
  int i = w - 1;
  do {
    p[i--] = (uint8_t)('0' + v % 10);
    v /= 10;
  } while (v && i >= 0);
  while (i >= 0) p[i--] = ' ';
}

int get_dec(const uint8_t *p, int w, uint64_t *out) {
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
