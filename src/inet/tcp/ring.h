// A first-in-first-out queue with access by index, that keeps its storage: no allocation per
// element in the steady state, none while unused.
#ifndef UNETNS_INET_TCP_RING_H_
#define UNETNS_INET_TCP_RING_H_

#include <cstddef>
#include <memory>
#include <utility>

namespace unetns {

template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return slots_[(head_ + i) & (capacity_ - 1)]; }
  const T& operator[](size_t i) const { return slots_[(head_ + i) & (capacity_ - 1)]; }
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }
  void push(T value) {
    if (size_ == capacity_) grow();
    slots_[(head_ + size_++) & (capacity_ - 1)] = std::move(value);
  }
  T pop() {
    T value = std::exchange(front(), T());
    head_ = (head_ + 1) & (capacity_ - 1);
    if (--size_ == 0 && capacity_ > kKept) {
      slots_.reset();
      capacity_ = head_ = 0;
    }
    return value;
  }
  void clear() {
    while (!empty()) pop();
  }
  void reset() {  // gives the storage back
    clear();
    slots_.reset();
    capacity_ = head_ = 0;
  }
  size_t memory() const { return capacity_ * sizeof(T); }

 private:
  static constexpr uint32_t kKept = 16;  // larger storage is given back when it has run empty
  void grow() {                          // sizes are powers of two
    const uint32_t wider = capacity_ ? capacity_ * 2 : 4;
    auto slots = std::make_unique<T[]>(wider);
    for (size_t i = 0; i < size_; i++) slots[i] = std::move((*this)[i]);
    slots_ = std::move(slots);
    capacity_ = wider;
    head_ = 0;
  }
  std::unique_ptr<T[]> slots_;
  uint32_t capacity_ = 0, head_ = 0, size_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RING_H_
