// SPDX-License-Identifier: Apache-2.0
//
// Who calls is proven (architecture, decision 13): a token stands for one process the kernel has
// named, for a short while, and dies with it.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/rpc/access.h"
#include "gateway/rpc/rate_limit.h"

namespace semafoor::rpc {

// The kernel's word on a process at the other end of a local socket or pipe.
struct PeerIdentity {
  // "uid 1000"; on Windows a SID, "S-1-5-21-...". Stands in logs and audit records as it is.
  std::string account;
  // "gid 1000" and so on, the primary one among them; on Windows the SIDs of the enabled groups.
  std::vector<std::string> groups;
  std::int64_t pid = 0;
  // With the pid it names one process of this boot.
  std::uint64_t start_time = 0;
  // The path of its program's file, where the system says it. For people: see Program.
  std::string image;
};

// One process of this boot.
struct ProcessName {
  std::int64_t pid = 0;
  std::uint64_t start_time = 0;
  auto operator<=>(const ProcessName&) const = default;
};

inline ProcessName name_of(const PeerIdentity& peer) {
  return {peer.pid, peer.start_time};
}

// A process, held: what is asked is asked of that one, never of a later owner of its number.
class ProcessHold {
 public:
  virtual ~ProcessHold() = default;
  // Any thread; costs no more than a system call.
  virtual bool alive() const = 0;
};

struct Session {
  PeerIdentity peer;
  Rights access;
  // What the caller says of itself, for the log; not a credential.
  std::string host;
  std::string client;
  // Ends with the right to call: a process, or the standing of a certificate. Null where the system
  // does not let it be held.
  std::shared_ptr<const ProcessHold> process;
  // Serial number of a paired machine's; empty for a process of this machine.
  std::string certificate;
  // Shared by all sessions of a caller. Null: calls are not counted.
  std::shared_ptr<RateLimit> rate;
  std::chrono::steady_clock::time_point expires;
};

struct SessionOptions {
  std::chrono::milliseconds lifetime{600'000};
  // Live tokens of all processes, and of one; beyond, new ones are refused, or the process' oldest
  // one dropped.
  std::size_t most = 4096;
  std::size_t most_per_process = 64;
  // Of all tokens of a process together, and as many at once.
  std::int64_t calls_per_second = 50'000;
  // Injected for tests.
  std::function<std::chrono::steady_clock::time_point()> now;
};

// Safe from several threads.
class Sessions {
 public:
  explicit Sessions(SessionOptions options);

  // A token of 64 hexadecimal digits. `session.rate` and `session.expires` are set here. Errors:
  // "session.too_many", "session.no_randomness".
  Result<std::string> open(Session session);
  // "session.unknown" (never given out, or expired), "session.process_gone".
  Result<std::shared_ptr<const Session>> find(std::string_view token);
  // Forgets what has expired or died.
  void sweep();
  // Distinct processes (and paired callers) with a live token.
  std::size_t count() const;
  std::chrono::milliseconds lifetime() const { return options_.lifetime; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Owner {
    // Oldest first.
    std::vector<std::string> tokens;
    std::shared_ptr<RateLimit> rate;
  };

  bool full() const;
  void erase(std::string_view token);

  SessionOptions options_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Session>, Hash, std::equal_to<>> tokens_;
  std::map<ProcessName, Owner> by_process_;
};

}  // namespace semafoor::rpc
