// IgmpHost: the host side of IGMP on one link (RFC 3376 §5, RFC 2236 §3): memberships, messages and
// time come in; messages and a deadline come out.
#ifndef UNETNS_INET_IGMP_IGMP_HOST_H_
#define UNETNS_INET_IGMP_IGMP_HOST_H_

#include <map>
#include <set>
#include <vector>

#include "env/rng.h"
#include "inet/igmp/igmp_message.h"
#include "inet/ip/memberships.h"

namespace unetns {

class IgmpOutput {
 public:
  virtual ~IgmpOutput() = default;
  virtual void send_records(const std::vector<IgmpRecord>& records) = 0;  // version 3
  virtual void send_message(IgmpType type, const Ipv4Address& group) = 0;
};

struct IgmpTuning {
  int forced_version = 0;  // force_igmp_version; 0: as the routers speak
  int robustness = 2;      // igmp_qrv
  Nanos v2_report_interval = std::chrono::seconds(10);  // igmpv2_unsolicited_report_interval
  Nanos v3_report_interval = std::chrono::seconds(1);   // igmpv3_unsolicited_report_interval
};

class IgmpHost {
 public:
  using Filter = SourceFilter<V4>;

  IgmpHost(IgmpOutput& output, Rng& rng) : output_(output), rng_(rng) {}

  void set_tuning(const IgmpTuning& tuning) { tuning_ = tuning; }

  void group_changed(const Ipv4Address& group, const Filter& before, const Filter& after,
                     Nanos now);
  void link_up(Nanos now);  // all is reported anew
  void link_down();

  void query_heard(const IgmpQuery& query, Nanos now);
  // Somebody else on the link is in the group too: nobody need answer for it again.
  void report_heard(const Ipv4Address& group);

  std::optional<Nanos> deadline() const;
  void run(Nanos now);

  int version(Nanos now) const;
  struct Facts {
    std::optional<Nanos> report_at;
    bool reporter = false;
  };
  Facts facts(const Ipv4Address& group) const;
  bool idle() const { return groups_.empty(); }

 private:
  struct Change {
    bool allow;
    int left;
  };
  struct Group {
    Filter now = Filter::nobody();
    std::optional<Nanos> report_at;  // an answer, or an unsolicited report of version 1 or 2
    std::set<Ipv4Address> asked;     // sources of the query to be answered; none: all
    bool reporter = false;           // ours was the last report
    int unsolicited = 0;             // reports of version 1 or 2 still to repeat
    int mode_reports = 0;            // of a changed mode, still to send
    std::map<Ipv4Address, Change> changes;
    bool pending() const { return mode_reports > 0 || !changes.empty(); }
  };

  int robustness() const { return robustness_ > 0 ? robustness_ : tuning_.robustness; }
  Nanos random_below(Nanos bound);
  void note_changes(Group& g, const Filter& before, const Filter& after) const;
  void announce(Group& g, Nanos now);
  void start_changes(Nanos delay, Nanos now);
  void send_changes(Nanos now);
  void answer(const Ipv4Address& group, Group& g, Nanos now);
  void answer_all();
  static bool wants_answer(Group& g, const IgmpQuery& query);

  IgmpOutput& output_;
  Rng& rng_;
  IgmpTuning tuning_;
  int robustness_ = 0;  // as the last query of version 3 said
  Nanos query_interval_ = std::chrono::seconds(125);
  Nanos v1_until_{}, v2_until_{};  // until then a querier of that version is there
  std::optional<Nanos> changes_at_, answer_all_at_;
  std::map<Ipv4Address, Group> groups_;  // those that were left stay until all is reported
};

}  // namespace unetns

#endif  // UNETNS_INET_IGMP_IGMP_HOST_H_
