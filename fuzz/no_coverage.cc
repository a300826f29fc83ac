// The hook that GCC's -fsanitize-coverage=trace-pc calls at each edge, for programs that do not
// care; driver.cc has one that does.
extern "C" __attribute__((weak)) void __sanitizer_cov_trace_pc() {}
