#include "runtime/tun_device_file.h"

#include <sys/socket.h>

namespace unetns {
namespace {
constexpr size_t kMaxFrame = 65535 + 64;
constexpr size_t kAhead = 1u << 20;  // bytes taken from the pair before the stack has them
constexpr size_t kOverhead = 64;     // of a frame that waits there
constexpr size_t kStep = 16;         // frames for the stack before the pair is looked at again
constexpr size_t kPerTurn = 128;     // and before others get their turn
}  // namespace

TunDeviceFile::TunDeviceFile(FileTable& table, std::unique_ptr<TunFile> file)
    : table_(table), file_(std::move(file)) {
  file_->on_readable = [this] { table_.mark_dirty(*this); };
}

TunDeviceFile::~TunDeviceFile() {
  file_->on_readable = nullptr;
  for (const ByteVector& frame : written_) (void)file_->write(frame);
}

void TunDeviceFile::push() {
  for (;;) {
    if (!waiting_) {
      auto frame = file_->read();
      if (!frame) return;
      waiting_ = std::move(*frame);
    }
    if (send(our_end(), waiting_->data(), waiting_->size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
      table_.want_write(*this, true);
      return;
    }
    waiting_.reset();
  }
}

// A write(2) to such a device never has to wait on Linux, so programs lose what finds no room: the
// pair is emptied also while the stack is at work.
void TunDeviceFile::gather() {
  DatagramBatch& batch = table_.batch();
  while (ahead_ < kAhead) {
    const size_t n = batch.receive(our_end());
    for (size_t i = 0; i < n; i++) {
      const Bytes frame = batch.data(i);
      if (frame.empty() || frame.size() > kMaxFrame) continue;
      written_.emplace_back(frame.begin(), frame.end());
      ahead_ += frame.size() + kOverhead;
    }
    // A closed end gives as many empty ones as are asked for.
    if (n < DatagramBatch::kMost || batch.data(n - 1).empty()) return;
  }
}

bool TunDeviceFile::serve(size_t most) {
  for (size_t done = 0; done < most;) {
    gather();
    for (size_t step = 0; step < kStep && !written_.empty(); step++, done++) {
      const ByteVector frame = std::move(written_.front());
      written_.pop_front();
      ahead_ -= frame.size() + kOverhead;
      (void)file_->write(frame);  // the program can't be told any more: counted by the device
    }
    if (written_.empty()) return false;
  }
  return true;
}

bool TunDeviceFile::readable() {
  const bool more = serve(kPerTurn);
  if (more) table_.read_later(*this);
  return more;
}

void TunDeviceFile::settle() { (void)serve(kAhead / kOverhead); }

}  // namespace unetns
