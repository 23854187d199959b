// SPDX-License-Identifier: Apache-2.0
//
// How far this machine's clock is from the authorization server's, measured from the Date of every
// answer of its token endpoint (RFC 9110 section 6.6.1).
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace semafoor::upstream {

// A clock that is further off than this is told to people; it counts as right again when it is no
// further off than half of it, so that nothing flutters.
inline constexpr std::int64_t kWrongClockSeconds = 60;

struct ClockState {
  // An answer with a Date came since the start.
  bool measured = false;
  // This machine's clock less the server's: above 0 ours is ahead. Only what is certain counts: 0
  // as long as the server's second lies between sending and receiving.
  std::int64_t skew_seconds = 0;
  bool wrong = false;
};

// "6 minutes behind", "45 seconds ahead of".
std::string skew_text(std::int64_t skew_seconds);
// "This machine's clock is 6 minutes behind the authorization server's. …", for log and status.
std::string clock_advice(std::int64_t skew_seconds);

// Safe from several threads.
class ClockSkew {
 public:
  using Listener = std::function<void(const ClockState&)>;

  // `listener` hears when the clock becomes wrong and when it is right again, and not at each
  // answer. It is called under a lock and must not call back.
  explicit ClockSkew(Listener listener = {});

  // One answer: between which moments of our clock it came (milliseconds since 1970), and its Date.
  // One that cannot be read says nothing.
  void observe(std::int64_t sent_ms, std::int64_t received_ms, std::string_view date);

  ClockState state() const;

  // Seconds to take off our clock for what the server will judge by its own. An assertion dated by
  // a wrong clock is refused, and then no mail comes in until somebody sets the clock: so we date
  // by the clock that judges. This gives nobody more than he has: the Date comes over the verified
  // connection of the very server that is the assertion's only audience. Bounded to a day, because
  // such a server could otherwise collect assertions for years to come; a clock that is off by more
  // fails at the certificates of TLS anyway, and needs a person. The wrong clock is told all the
  // same (log, metric, status): logs, events and due times go by it.
  std::int64_t correction_seconds() const;

 private:
  const Listener listener_;
  mutable std::mutex mutex_;
  ClockState state_;
};

}  // namespace semafoor::upstream
