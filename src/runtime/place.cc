#include "runtime/place.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <charconv>
#include <climits>
#include <vector>

#include "runtime/proc_status.h"
#include "runtime/supervisor.h"

namespace unetns {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    std::string_view part = path.substr(0, slash);
    if (!part.empty()) out.push_back(part);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return out;
}

int number(std::string_view text) {
  int v = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), v);
  return error == std::errc() && end == text.data() + text.size() ? v : -1;
}

// /proc/PID/… and /proc/self/…: what of it belongs to a namespace.
void classify_proc(Supervisor& s, Thread& t, Place& place) {
  auto parts = split(place.path);  // parts[0] is "proc"
  if (parts.size() < 2) return;
  size_t next = 2;
  pid_t pid = 0;
  if (parts[1] == "self") {
    pid = t.process->tgid;
  } else if (parts[1] == "thread-self") {
    pid = t.tid;
  } else if (parts[1] == "net") {
    pid = t.tid;
    next = 1;
  } else {
    pid = number(parts[1]);
    if (pid <= 0) return;
  }
  if (parts.size() > next + 1 && parts[next] == "task") {
    pid = number(parts[next + 1]);
    next += 2;
    if (pid <= 0) return;
  }
  if (parts.size() <= next) return;
  const std::string_view what = parts[next];
  if (what == "net") {
    auto net = s.processes().net_of(pid);
    if (!net) return;
    place.kind = Place::Kind::kVirtual;
    place.net = *net;
    std::string rest = "/proc/net";
    for (size_t i = next + 1; i < parts.size(); i++) rest.append("/").append(parts[i]);
    place.path = rest;
  } else if (what == "ns" && parts.size() == next + 2 && parts[next + 1] == "net") {
    auto net = s.processes().net_of(pid);
    if (!net) return;
    place.kind = Place::Kind::kNetHandle;
    place.net = *net;
  } else if (what == "fd" && parts.size() == next + 2) {
    place.kind = Place::Kind::kDescriptor;
    place.pid = pid;
    place.fd = number(parts[next + 1]);
  } else if (parts.size() == next + 1 &&
             (what == "uid_map" || what == "gid_map" || what == "setgroups")) {
    place.kind = Place::Kind::kIdMap;
  } else if (what == "status" && parts.size() == next + 1 && s.options().map_root &&
             s.processes().net_of(pid)) {
    place.kind = Place::Kind::kStatus;
    place.pid = pid;
  }
}

}  // namespace

std::string normalise(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::string_view part : split(path)) {
    if (part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(part);
  }
  std::string out;
  for (std::string_view part : kept) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

Place classify(Supervisor& s, Thread& t, std::string_view absolute) {
  Place place;
  place.path = s.mounts().virtual_path(normalise(absolute));
  if (place.path.starts_with("/var/run/")) place.path.erase(0, 4);
  const std::string_view path = place.path;
  if (Net* net = s.mounts().mounted(path)) {
    place.kind = Place::Kind::kNetHandle;
    place.net = NetRef(*net);
    if (auto real = s.mounts().real(path)) place.real = *real;
    return place;
  }
  if (auto real = s.mounts().real(path)) {
    place.kind = Place::Kind::kPrivate;
    place.real = *real;
  } else if (path == "/dev/net/tun") {
    place.kind = Place::Kind::kTun;
  } else if (s.machine().files().owns(path)) {
    place.kind = Place::Kind::kVirtual;
    place.net = t.net;
  } else if (path.starts_with("/proc/")) {
    classify_proc(s, t, place);
  }
  return place;
}

Result<Place> follow(Supervisor& s, Thread& t, Place place) {
  constexpr int kMaxLinks = 40;
  for (int i = 0; place.kind == Place::Kind::kPrivate; i++) {
    auto target = read_link(place.real);
    if (!target) break;
    if (i == kMaxLinks) return fail(ELOOP);
    place = classify(s, t, (*target)[0] == '/' ? *target : place.path + "/../" + *target);
  }
  return place;
}

Result<Place> find_place(Supervisor& s, Thread& t, const Call& c, int dirfd, uint64_t address) {
  UNETNS_ASSIGN(const std::string text, c.memory().read_string(address, PATH_MAX));
  return find_place(s, t, dirfd, text);
}

Place find_place(Supervisor& s, Thread& t, int dirfd, const std::string& text) {
  if (text.empty()) return Place{};
  if (text[0] == '/') return classify(s, t, text);
  const std::string link = dirfd == AT_FDCWD ? fmt::format("/proc/{}/cwd", t.tid)
                                             : fmt::format("/proc/{}/fd/{}", t.tid, dirfd);
  auto base = read_link(link);
  if (!base || base->empty() || (*base)[0] != '/') return Place{};
  return classify(s, t, *base + "/" + text);
}

}  // namespace unetns
