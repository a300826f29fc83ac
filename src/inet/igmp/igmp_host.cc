#include "inet/igmp/igmp_host.h"

#include <algorithm>
#include <iterator>

namespace unetns {
namespace {

// What several calls change within this time goes out in one report.
constexpr Nanos kInitialDelay = std::chrono::milliseconds(8);
constexpr Nanos kQueryResponse = std::chrono::seconds(10);  // of a querier of version 1
constexpr size_t kMaxAsked = 1024;  // sources of one query that are remembered

std::vector<Ipv4Address> minus(const std::vector<Ipv4Address>& a,
                               const std::vector<Ipv4Address>& b) {
  std::vector<Ipv4Address> out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

}  // namespace

Nanos IgmpHost::random_below(Nanos bound) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(bound).count();
  return std::chrono::milliseconds(ms > 0 ? rng_.below(static_cast<uint32_t>(ms)) : 0);
}

int IgmpHost::version(Nanos now) const {
  if (tuning_.forced_version != 0) return tuning_.forced_version;
  if (now < v1_until_) return 1;
  return now < v2_until_ ? 2 : 3;
}

IgmpHost::Facts IgmpHost::facts(const Ipv4Address& group) const {
  const auto it = groups_.find(group);
  return it == groups_.end() ? Facts{} : Facts{it->second.report_at, it->second.reporter};
}

// ---- memberships

void IgmpHost::note_changes(Group& g, const Filter& before, const Filter& after) const {
  if (before.exclude != after.exclude) {
    g.mode_reports = robustness();
    g.changes.clear();
    return;
  }
  const auto more = minus(after.sources, before.sources);
  const auto fewer = minus(before.sources, after.sources);
  for (const Ipv4Address& s : more) g.changes[s] = {!after.exclude, robustness()};
  for (const Ipv4Address& s : fewer) g.changes[s] = {after.exclude, robustness()};
}

void IgmpHost::group_changed(const Ipv4Address& group, const Filter& before, const Filter& after,
                             Nanos now) {
  Group& g = groups_[group];
  g.now = after;
  if (version(now) == 3) {
    note_changes(g, before, after);
    start_changes(kInitialDelay, now);
    return;
  }
  if (before.none()) {
    announce(g, now);
  } else if (after.none()) {
    if (version(now) == 2 && g.reporter) output_.send_message(IgmpType::kLeave, group);
    groups_.erase(group);
  }
}

void IgmpHost::announce(Group& g, Nanos now) {
  g.unsolicited = robustness();
  g.report_at = now + kInitialDelay;
}

void IgmpHost::start_changes(Nanos delay, Nanos now) {
  const Nanos at = now + delay;
  if (!changes_at_ || at < *changes_at_) changes_at_ = at;
}

void IgmpHost::link_up(Nanos now) {
  for (auto& [address, g] : groups_) {
    if (version(now) == 3) {
      note_changes(g, Filter::nobody(), g.now);
      start_changes(kInitialDelay, now);
    } else {
      announce(g, now);
    }
  }
}

void IgmpHost::link_down() {
  changes_at_.reset();
  answer_all_at_.reset();
  v1_until_ = v2_until_ = {};
  robustness_ = 0;
  std::erase_if(groups_, [](const auto& entry) { return entry.second.now.none(); });
  for (auto& [address, g] : groups_) {
    const Filter now = std::move(g.now);
    g = Group();
    g.now = now;
  }
}

// ---- queries

bool IgmpHost::wants_answer(Group& g, const IgmpQuery& query) {
  if (g.now.none()) return false;
  if (query.sources.empty()) {
    g.asked.clear();
    return true;
  }
  if (g.report_at && g.asked.empty()) return false;  // all will be told anyway
  if (g.now.exclude)  // Linux tells all of it, unless none of the sources is wanted
    return std::any_of(query.sources.begin(), query.sources.end(),
                       [&](const Ipv4Address& s) { return g.now.accepts(s); });
  bool any = false;
  for (const Ipv4Address& s : query.sources) {
    if (!g.now.lists(s) || g.asked.size() >= kMaxAsked) continue;
    g.asked.insert(s);
    any = true;
  }
  return any;
}

void IgmpHost::query_heard(const IgmpQuery& heard, Nanos now) {
  IgmpQuery query = heard;
  const int spoken = version(now);
  if (query.version == 3 && spoken < 3) {
    // Among older routers it is read as they would (RFC 3376 §7.2.1).
    query.sources.clear();
    if (spoken == 1) {
      query.max_response = kQueryResponse;
      query.group = {};
    }
  } else if (query.version < 3) {
    const Nanos present = robustness() * query_interval_ + kQueryResponse;
    if (query.version == 1) query.max_response = kQueryResponse;
    (query.version == 1 ? v1_until_ : v2_until_) = now + present;
    answer_all_at_.reset();
    changes_at_.reset();
    for (auto& [address, g] : groups_) {
      g.mode_reports = 0;
      g.changes.clear();
    }
    std::erase_if(groups_, [](const auto& entry) { return entry.second.now.none(); });
  } else {
    if (query.robustness != 0) robustness_ = query.robustness;
    if (query.interval != Nanos{}) query_interval_ = query.interval;
    if (query.group.is_zero()) {
      const Nanos at = now + random_below(query.max_response);
      if (!answer_all_at_ || at < *answer_all_at_) answer_all_at_ = at;
      return;
    }
  }
  for (auto& [address, g] : groups_) {
    if (!query.group.is_zero() && query.group != address) continue;
    if (!wants_answer(g, query)) continue;
    const Nanos at = now + random_below(query.max_response);
    if (!g.report_at || at < *g.report_at) g.report_at = at;
  }
}

void IgmpHost::report_heard(const Ipv4Address& group) {
  const auto it = groups_.find(group);
  if (it == groups_.end()) return;
  it->second.report_at.reset();
  it->second.unsolicited = 0;
  it->second.reporter = false;
}

// ---- reports

std::optional<Nanos> IgmpHost::deadline() const {
  std::optional<Nanos> first = changes_at_;
  auto earlier = [&](const std::optional<Nanos>& at) {
    if (at && (!first || *at < *first)) first = at;
  };
  earlier(answer_all_at_);
  for (const auto& [address, g] : groups_) earlier(g.report_at);
  return first;
}

void IgmpHost::run(Nanos now) {
  if (changes_at_ && *changes_at_ <= now) send_changes(now);
  if (answer_all_at_ && *answer_all_at_ <= now) {
    answer_all_at_.reset();
    answer_all();
  }
  for (auto& [address, g] : groups_) {
    if (!g.report_at || *g.report_at > now) continue;
    g.report_at.reset();
    answer(address, g, now);
  }
}

void IgmpHost::send_changes(Nanos now) {
  changes_at_.reset();
  std::vector<IgmpRecord> records;
  bool again = false;
  for (auto& [address, g] : groups_) {
    const bool mode = g.mode_reports > 0;
    if (mode) {
      g.mode_reports--;
      records.push_back({g.now.exclude ? IgmpRecordType::kToExclude : IgmpRecordType::kToInclude,
                         address, g.now.sources});
    }
    IgmpRecord allow{IgmpRecordType::kAllow, address, {}};
    IgmpRecord block{IgmpRecordType::kBlock, address, {}};
    for (auto it = g.changes.begin(); it != g.changes.end();) {
      if (!mode) (it->second.allow ? allow : block).sources.push_back(it->first);
      it = --it->second.left == 0 ? g.changes.erase(it) : std::next(it);
    }
    for (IgmpRecord* r : {&allow, &block})
      if (!r->sources.empty()) records.push_back(std::move(*r));
    again |= g.pending();
  }
  std::erase_if(groups_, [](const auto& entry) {
    return entry.second.now.none() && !entry.second.pending();
  });
  if (again) start_changes(random_below(tuning_.v3_report_interval), now);
  if (!records.empty()) output_.send_records(records);
}

void IgmpHost::answer_all() {
  std::vector<IgmpRecord> records;
  for (auto& [address, g] : groups_) {
    if (g.now.none()) continue;
    g.reporter = true;
    records.push_back({g.now.exclude ? IgmpRecordType::kIsExclude : IgmpRecordType::kIsInclude,
                       address, g.now.sources});
  }
  if (!records.empty()) output_.send_records(records);
}

void IgmpHost::answer(const Ipv4Address& address, Group& g, Nanos now) {
  const std::set<Ipv4Address> asked = std::exchange(g.asked, {});
  g.reporter = true;
  const int spoken = version(now);
  if (spoken < 3) {
    output_.send_message(spoken == 1 ? IgmpType::kV1Report : IgmpType::kV2Report, address);
    if (g.unsolicited > 0 && --g.unsolicited > 0)
      g.report_at = now + random_below(tuning_.v2_report_interval);
    return;
  }
  IgmpRecord record{g.now.exclude ? IgmpRecordType::kIsExclude : IgmpRecordType::kIsInclude,
                    address, g.now.sources};
  if (!asked.empty())
    std::erase_if(record.sources, [&](const Ipv4Address& s) { return !asked.contains(s); });
  if (record.type == IgmpRecordType::kIsInclude && record.sources.empty()) return;
  output_.send_records({std::move(record)});
}

}  // namespace unetns
