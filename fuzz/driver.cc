// Stands in for libFuzzer where the compiler is GCC: runs inputs, then mutates those that reached
// new edges.
//   PROGRAM [-runs=N] [-seed=N] [-max_len=N] [-seconds=N] FILE|DIRECTORY…
// An input that ends the process is left in ./crash-input.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using Input = std::vector<uint8_t>;

// One byte for each edge, by a hash of its address and the one before. The hook has nothing to pass
// them by.
constexpr size_t kEdges = 1 << 16;
uint8_t edges[kEdges];
uintptr_t last_pc;
const Input* running;

void save_and_die(int signal_number) {
  const int fd = open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd >= 0 && running) {
    const ssize_t written = write(fd, running->data(), running->size());
    (void)written;
    close(fd);
  }
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

class Fuzzer {
 public:
  Fuzzer(uint64_t seed, size_t max_len) : random_(seed), max_len_(max_len), seen_(kEdges) {}

  // True when the input reached something new; it is then kept.
  bool run(const Input& input) {
    std::memset(edges, 0, sizeof edges);
    last_pc = 0;
    running = &input;
    alarm(20);  // no input may take longer
    LLVMFuzzerTestOneInput(input.data(), input.size());
    alarm(0);
    running = nullptr;
    bool fresh = false;
    for (size_t i = 0; i < kEdges; i++) {
      const uint8_t bits = bucket(edges[i]);
      if (bits & ~seen_[i]) {
        seen_[i] |= bits;
        fresh = true;
      }
    }
    if (fresh) corpus_.push_back(input);
    return fresh;
  }

  Input mutate() {
    Input out = corpus_.empty() ? Input(16) : corpus_[below(corpus_.size())];
    for (size_t n = 1 + below(4); n-- > 0;) mutate_once(out);
    if (out.size() > max_len_) out.resize(max_len_);
    return out;
  }

  size_t corpus_size() const { return corpus_.size(); }
  size_t edge_count() const {
    return static_cast<size_t>(
        std::count_if(seen_.begin(), seen_.end(), [](uint8_t b) { return b; }));
  }

 private:
  static uint8_t bucket(uint8_t hits) {
    if (hits == 0) return 0;
    return hits == 1 ? 1 : hits == 2 ? 2 : hits < 8 ? 4 : hits < 32 ? 8 : 16;
  }
  size_t below(size_t bound) { return bound ? random_() % bound : 0; }

  void mutate_once(Input& in) {
    constexpr uint32_t kInteresting[] = {
        0,    1,    2,    3,      4,      7,      8,          15,         16,        20,
        0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    if (in.empty()) in.push_back(0);
    const size_t at = below(in.size());
    switch (below(8)) {
      case 0:
        in[at] ^= static_cast<uint8_t>(1u << below(8));
        break;
      case 1:
        in[at] = static_cast<uint8_t>(below(256));
        break;
      case 2:
      case 3: {  // an integer of 1, 2 or 4 bytes, aligned as fields are
        const size_t width = size_t{1} << below(3);
        const uint32_t value = kInteresting[below(std::size(kInteresting))];
        const size_t start = at / width * width;
        if (start + width <= in.size()) std::memcpy(in.data() + start, &value, width);
        break;
      }
      case 4:
        in.resize(at + 1);
        break;
      case 5:
        in.insert(in.begin() + static_cast<ptrdiff_t>(at), 1 + below(16),
                  static_cast<uint8_t>(below(256)));
        break;
      case 6:
        in.erase(in.begin() + static_cast<ptrdiff_t>(at),
                 in.begin() + static_cast<ptrdiff_t>(std::min(in.size(), at + 1 + below(16))));
        break;
      case 7: {  // the tail of another one
        if (corpus_.empty()) break;
        const Input other = corpus_[below(corpus_.size())];
        const size_t from = below(other.size());
        in.resize(at);
        in.insert(in.end(), other.begin() + static_cast<ptrdiff_t>(from), other.end());
        break;
      }
    }
  }

  std::mt19937_64 random_;
  size_t max_len_;
  std::vector<uint8_t> seen_;
  std::vector<Input> corpus_;
};

Input read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return Input(std::istreambuf_iterator<char>(in), {});
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> out;
  if (!std::filesystem::is_directory(path)) return {path};
  for (const auto& entry : std::filesystem::directory_iterator(path)) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

bool option(const char* arg, const char* name, uint64_t* value) {
  const size_t len = std::strlen(name);
  if (std::strncmp(arg, name, len) != 0) return false;
  *value = std::strtoull(arg + len, nullptr, 10);
  return true;
}

}  // namespace

extern "C" void __sanitizer_cov_trace_pc() {
  const auto pc = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  uint8_t& count = edges[((pc >> 1) ^ (last_pc << 3)) % kEdges];
  if (count < 255) ++count;
  last_pc = pc;
}

int main(int argc, char** argv) {
  uint64_t runs = 0, seed = 1, max_len = 4096, seconds = 0;
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; i++) {
    if (option(argv[i], "-runs=", &runs) || option(argv[i], "-seed=", &seed) ||
        option(argv[i], "-max_len=", &max_len) || option(argv[i], "-seconds=", &seconds))
      continue;
    for (auto& file : files_of(argv[i])) files.push_back(std::move(file));
  }
  for (int s : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(s, save_and_die);
  Fuzzer fuzzer(seed, max_len);
  for (const auto& file : files) fuzzer.run(read_file(file));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  uint64_t done = 0;
  while (done < runs || (seconds && std::chrono::steady_clock::now() < end)) {
    const Input input = fuzzer.mutate();
    fuzzer.run(input);
    ++done;
  }
  std::printf("%zu files, %llu mutations, %zu edges, corpus of %zu\n", files.size(),
              static_cast<unsigned long long>(done), fuzzer.edge_count(), fuzzer.corpus_size());
  return 0;
}
