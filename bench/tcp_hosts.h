// Two namespaces with a cable between them, and TCP sockets in them: what the TCP benchmarks stand
// on.
#ifndef UNETNS_BENCH_TCP_HOSTS_H_
#define UNETNS_BENCH_TCP_HOSTS_H_

#include <netinet/in.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "bench/host_env.h"
#include "inet/control.h"
#include "machine/machine.h"
#include "socket/stream_socket.h"

namespace unetns {

inline void require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "%s failed\n", what);
  std::exit(1);
}

class TcpHosts {
 public:
  static constexpr const char* kServer = "10.0.0.2";

  TcpHosts() {
    auto booted = Kernel::boot(outside_.env());
    require(booted.has_value(), "boot");
    machine_ = std::move(*booted);
    for (NetRef* net : {&a_, &b_}) {
      auto made = machine_->nets().create();
      require(made.has_value(), "a namespace");
      *net = std::move(*made);
    }
    LinkKind* veth = machine_->netdevs().find_kind("veth");
    NewLink request{};
    request.net = request.source_net = a_.get();
    request.caller = &root_;
    request.name = "eth0";
    auto made = machine_->netdevs().add_link(*veth, request);
    require(made.has_value(), "veth");
    NetDevice* peer = (*made)->ops().link(**made);
    require(machine_->netdevs().move(*peer, *b_).has_value(), "the move of veth");
    configure(**made, "10.0.0.1");
    configure(*peer, kServer);
  }
  ~TcpHosts() {
    a_ = b_ = NetRef();
    settle();
  }
  TcpHosts(const TcpHosts&) = delete;
  TcpHosts& operator=(const TcpHosts&) = delete;

  Kernel& machine() { return *machine_; }
  const Caller& root() const { return root_; }
  Net& client_net() { return *a_; }
  Net& server_net() { return *b_; }
  void settle() { outside_.settle(); }

  std::unique_ptr<StreamSocket> socket(Net& net) {
    auto made = machine_->socket(net, root_, AF_INET, SOCK_STREAM, 0);
    require(made.has_value(), "socket");
    return std::unique_ptr<StreamSocket>(static_cast<StreamSocket*>(made->release()));
  }
  static sockaddr_in at(const char* address, uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = IpAddress::parse(address)->as<V4>().be();
    return name;
  }
  std::unique_ptr<StreamSocket> listener(uint16_t port, int backlog) {
    auto s = socket(server_net());
    require(s->bind(root_, bytes_of(at("0.0.0.0", port))).has_value(), "bind");
    require(s->listen(backlog).has_value(), "listen");
    return s;
  }
  // A connection to the listener's port; between namespaces it stands at once.
  struct Pair {
    std::unique_ptr<StreamSocket> client, server;
  };
  Pair connect(StreamSocket& listener, uint16_t port) {
    Pair p;
    p.client = socket(client_net());
    auto r = p.client->connect(root_, bytes_of(at(kServer, port)));
    require(r.has_value() || r.error().code == EINPROGRESS, "connect");
    settle();
    auto accepted = listener.accept();
    require(accepted.has_value(), "accept");
    p.server.reset(static_cast<StreamSocket*>(accepted->release()));
    return p;
  }

 private:
  void configure(NetDevice& dev, const char* address) {
    AddrConfig config;
    config.ifindex = dev.ifindex();
    config.local = config.address = *IpAddress::parse(address);
    config.prefix_len = 24;
    require(machine_->inet(AF_INET)->addr_add(dev.net(), config, 0x600).has_value(), "an address");
    require(machine_->netdevs().change_flags(dev, IFF_UP, IFF_UP).has_value(), "link up");
    settle();
  }

  HostEnv outside_;
  SystemCaller root_;
  std::unique_ptr<Kernel> machine_;
  NetRef a_, b_;
};

}  // namespace unetns

#endif  // UNETNS_BENCH_TCP_HOSTS_H_
