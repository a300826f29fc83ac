// What TCP counts, by the names of /proc/net/snmp (Tcp) and /proc/net/netstat (TcpExt), in their
// order.
#ifndef UNETNS_INET_TCP_TCP_MIB_H_
#define UNETNS_INET_TCP_TCP_MIB_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace unetns {

// Tcp of /proc/net/snmp, behind RtoAlgorithm, RtoMin, RtoMax and MaxConn, which don't count.
#define UNETNS_TCP_MIB(X) \
  X(ActiveOpens)          \
  X(PassiveOpens)         \
  X(AttemptFails)         \
  X(EstabResets)          \
  X(CurrEstab) X(InSegs) X(OutSegs) X(RetransSegs) X(InErrs) X(OutRsts) X(InCsumErrors)

#define UNETNS_TCP_EXT_MIB(X)                                                                                                \
  X(SyncookiesSent)                                                                                                          \
  X(SyncookiesRecv)                                                                                                          \
  X(SyncookiesFailed)                                                                                                        \
  X(EmbryonicRsts)                                                                                                           \
  X(PruneCalled)                                                                                                             \
  X(RcvPruned) X(OfoPruned) X(OutOfWindowIcmps) X(LockDroppedIcmps) X(ArpFilter) X(TW) X(                                    \
      TWRecycled) X(TWKilled) X(PAWSActive) X(PAWSEstab) X(BeyondWindow) X(TSEcrRejected) X(PAWSOldAck)                      \
      X(PAWSTimewait) X(DelayedACKs) X(DelayedACKLocked) X(DelayedACKLost) X(ListenOverflows) X(                             \
          ListenDrops) X(TCPHPHits) X(TCPPureAcks) X(TCPHPAcks) X(TCPRenoRecovery) X(TCPSackRecovery)                        \
          X(TCPSACKReneging) X(TCPSACKReorder) X(TCPRenoReorder) X(TCPTSReorder) X(TCPFullUndo) X(                           \
              TCPPartialUndo) X(TCPDSACKUndo) X(TCPLossUndo) X(TCPLostRetransmit) X(TCPRenoFailures)                         \
              X(TCPSackFailures) X(TCPLossFailures) X(TCPFastRetrans) X(TCPSlowStartRetrans) X(                              \
                  TCPTimeouts) X(TCPLossProbes) X(TCPLossProbeRecovery) X(TCPRenoRecoveryFail)                               \
                  X(TCPSackRecoveryFail) X(TCPRcvCollapsed) X(TCPBacklogCoalesce) X(TCPDSACKOldSent) X(                      \
                      TCPDSACKOfoSent) X(TCPDSACKRecv) X(TCPDSACKOfoRecv) X(TCPAbortOnData)                                  \
                      X(TCPAbortOnClose) X(TCPAbortOnMemory) X(TCPAbortOnTimeout) X(TCPAbortOnLinger) X(                     \
                          TCPAbortFailed) X(TCPMemoryPressures) X(TCPMemoryPressuresChrono)                                  \
                          X(TCPSACKDiscard) X(TCPDSACKIgnoredOld) X(TCPDSACKIgnoredNoUndo) X(                                \
                              TCPSpuriousRTOs) X(TCPMD5NotFound) X(TCPMD5Unexpected) X(TCPMD5Failure)                        \
                              X(TCPSackShifted) X(TCPSackMerged) X(TCPSackShiftFallback) X(TCPBacklogDrop) X(                \
                                  PFMemallocDrop) X(TCPMinTTLDrop) X(TCPDeferAcceptDrop) X(IPReversePathFilter)              \
                                  X(TCPTimeWaitOverflow) X(TCPReqQFullDoCookies) X(TCPReqQFullDrop) X(TCPRetransFail) X(     \
                                      TCPRcvCoalesce) X(TCPOFOQueue) X(TCPOFODrop) X(TCPOFOMerge)                            \
                                      X(TCPChallengeACK) X(TCPSYNChallenge) X(TCPFastOpenActive) X(                          \
                                          TCPFastOpenActiveFail) X(TCPFastOpenPassive) X(TCPFastOpenPassiveFail)             \
                                          X(TCPFastOpenListenOverflow) X(TCPFastOpenCookieReqd) X(                           \
                                              TCPFastOpenBlackhole) X(TCPSpuriousRtxHostQueues)                              \
                                              X(BusyPollRxPackets) X(TCPAutoCorking) X(TCPFromZeroWindowAdv) X(              \
                                                  TCPToZeroWindowAdv) X(TCPWantZeroWindowAdv) X(TCPSynRetrans)               \
                                                  X(TCPOrigDataSent) X(                                                      \
                                                      TCPHystartTrainDetect) X(TCPHystartTrainCwnd) X(TCPHystartDelayDetect) \
                                                      X(TCPHystartDelayCwnd) X(TCPACKSkippedSynRecv) X(                      \
                                                          TCPACKSkippedPAWS) X(TCPACKSkippedSeq) X(TCPACKSkippedFinWait2)    \
                                                          X(TCPACKSkippedTimeWait) X(TCPACKSkippedChallenge) X(              \
                                                              TCPWinProbe) X(TCPKeepAlive) X(TCPMTUPFail)                    \
                                                              X(TCPMTUPSuccess) X(TCPDelivered) X(                           \
                                                                  TCPDeliveredCE) X(TCPAckCompressed) X(TCPZeroWindowDrop)   \
                                                                  X(TCPRcvQDrop) X(TCPWqueueTooBig) X(                       \
                                                                      TCPFastOpenPassiveAltKey) X(TcpTimeoutRehash)          \
                                                                      X(TcpDuplicateDataRehash) X(                           \
                                                                          TCPDSACKRecvSegs)                                  \
                                                                          X(TCPDSACKIgnoredDubious) X(                       \
                                                                              TCPMigrateReqSuccess)                          \
                                                                              X(TCPMigrateReqFailure)                        \
                                                                                  X(TCPPLBRehash)                            \
                                                                                      X(TCPAORequired) X(                    \
                                                                                          TCPAOBad)                          \
                                                                                          X(TCPAOKeyNotFound)                \
                                                                                              X(TCPAOGood)                   \
                                                                                                  X(TCPAODroppedIcmps)

enum class TcpMib : uint16_t {
#define X(name) k##name,
  UNETNS_TCP_MIB(X) UNETNS_TCP_EXT_MIB(X)
#undef X
      kCount
};
inline constexpr size_t kTcpMibCount = static_cast<size_t>(TcpMib::kCount);
inline constexpr size_t kTcpMibBase =
    static_cast<size_t>(TcpMib::kSyncookiesSent);  // TcpExt from here

inline constexpr std::array<std::string_view, kTcpMibCount> kTcpMibNames = {
#define X(name) #name,
    UNETNS_TCP_MIB(X) UNETNS_TCP_EXT_MIB(X)
#undef X
};

// The counters of one namespace.
struct TcpMibs {
  std::array<uint64_t, kTcpMibCount> values{};
  void add(TcpMib mib, uint64_t n = 1) { values[static_cast<size_t>(mib)] += n; }
  uint64_t operator[](TcpMib mib) const { return values[static_cast<size_t>(mib)]; }
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_MIB_H_
