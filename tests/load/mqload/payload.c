/* the payload template and the passwords */
#include "mqload.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint8_t *PL;          /* template with room for the fields */
uint32_t PLN;
Field PF[PAYLOAD_FIELDS_MAX];
int NPF;
Field F_seq, F_ns, F_cli; /* first of each kind; w==0 if absent */

static void pl_field(char kind, uint8_t w) {
  if (NPF >= PAYLOAD_FIELDS_MAX) die("too many payload fields");
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
          case 'M': pl_field('M', 13); i = j; continue;
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

void payload_init(void) {
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

void read_secrets(const char *path) {
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
