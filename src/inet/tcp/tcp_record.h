// TcpRecord: what holds a port, and is found by addresses and ports: a socket's end of TCP, a
// half-open request, or what is left of a connection in TIME-WAIT.
#ifndef UNETNS_INET_TCP_TCP_RECORD_H_
#define UNETNS_INET_TCP_TCP_RECORD_H_

#include <absl/container/flat_hash_set.h>

#include <cstring>

#include "base/ip_address.h"
#include "inet/demux/socket_scope.h"

namespace unetns {

// Ports in host order. No padding: the bytes are what hashes and secrets are made of.
template <class F>
struct TcpKey {
  typename F::Address local, remote;
  uint16_t local_port = 0, remote_port = 0;

  Bytes tuple() const { return bytes_of(*this); }
  TcpKey from_peer() const { return {remote, local, remote_port, local_port}; }
  Bytes addresses() const { return bytes_of(*this).first(2 * F::Address::kSize); }
  bool operator==(const TcpKey&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const TcpKey& k) {
    const auto* p = reinterpret_cast<const unsigned char*>(&k);
    return H::combine_contiguous(std::move(h), p, sizeof k);
  }
};
static_assert(sizeof(TcpKey<V4>) == 12 && sizeof(TcpKey<V6>) == 36);

enum class TcpRecordKind : uint8_t { kEndpoint, kRequest, kTimeWait };

template <class F>
struct TcpRecord {
  explicit TcpRecord(TcpRecordKind k) : kind(k) {}
  TcpRecord(const TcpRecord&) = delete;
  TcpRecord& operator=(const TcpRecord&) = delete;

  // Of an endpoint that is only bound, `remote` is zero; `local` is zero when it is bound to any
  // address.
  TcpKey<F> key;
  const TcpRecordKind kind;
  bool reuse_addr = false, reuse_port = false;
  bool listening = false;
  bool by_connect = false;  // the port was chosen by connect(), which others may do as well
  bool hashed = false;      // in the table of connections
  bool has_port = false;    // in the table of ports
  SocketScope scope = SocketScope::of(F::kFamily);
  int ifindex = 0;          // SO_BINDTODEVICE
  uint32_t uid = 0;
  TcpRecord* next_on_port = nullptr;
  TcpRecord* prev_on_port = nullptr;
};

// Connections by addresses and ports. Borrows the records.
template <class F>
class TcpConnectionTable {
 public:
  using Record = TcpRecord<F>;
  Record* find(const TcpKey<F>& key) const {
    auto it = records_.find(key);
    return it == records_.end() ? nullptr : *it;
  }
  bool insert(Record& r) {
    if (!records_.insert(&r).second) return false;
    r.hashed = true;
    return true;
  }
  void remove(Record& r) {
    if (!r.hashed) return;
    records_.erase(&r);
    r.hashed = false;
  }
  size_t size() const { return records_.size(); }
  bool empty() const { return records_.empty(); }
  auto begin() const { return records_.begin(); }
  auto end() const { return records_.end(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(const TcpKey<F>& k) const { return absl::HashOf(k); }
    size_t operator()(const Record* r) const { return absl::HashOf(r->key); }
  };
  struct Equal {
    using is_transparent = void;
    static const TcpKey<F>& key(const TcpKey<F>& k) { return k; }
    static const TcpKey<F>& key(const Record* r) { return r->key; }
    bool operator()(const auto& a, const auto& b) const { return key(a) == key(b); }
  };
  absl::flat_hash_set<Record*, Hash, Equal> records_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_RECORD_H_
