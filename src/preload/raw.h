/* System calls without libc. */
#ifndef UNETNS_PRELOAD_RAW_H_
#define UNETNS_PRELOAD_RAW_H_

extern int* __errno_location(void);

/* The last three arguments do not stay in their registers: words that let a call pass the filter
 * must not stand where the next one, of whoever, has arguments that it does not set. */
#if defined(__x86_64__)
static inline long raw(long nr, long a, long b, long c, long d, long e, long f) {
  long ret;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile(
      "syscall\n\t"
      "xor %%r10d, %%r10d\n\txor %%r8d, %%r8d\n\txor %%r9d, %%r9d"
      : "=a"(ret), "+r"(r10), "+r"(r8), "+r"(r9)
      : "a"(nr), "D"(a), "S"(b), "d"(c)
      : "rcx", "r11", "cc", "memory");
  return ret;
}
#elif defined(__aarch64__)
static inline long raw(long nr, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = nr;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile(
      "svc 0\n\t"
      "mov x3, xzr\n\tmov x4, xzr\n\tmov x5, xzr"
      : "+r"(x0), "+r"(x3), "+r"(x4), "+r"(x5)
      : "r"(x8), "r"(x1), "r"(x2)
      : "memory");
  return x0;
}
#endif

static inline long result(long r) {
  if (r < 0 && r > -4096) {
    *__errno_location() = (int)-r;
    return -1;
  }
  return r;
}

#endif /* UNETNS_PRELOAD_RAW_H_ */
