// SPDX-License-Identifier: Apache-2.0
//
// One consumer name is one queue, held by one instance at a time under a lease (semantics, Events).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/rpc/sessions.h"
#include "gateway/store/store.h"

namespace semafoor::rpc {

struct ConsumerKey {
  store::Org org;
  v1::Module module = v1::MODULE_UNSPECIFIED;
  std::string name;
  auto operator<=>(const ConsumerKey&) const = default;
};

// The holder is durable, its renewals are not: they happen at every pull, and a gateway that comes
// back grants the lease it finds until its written end. (Several gateways on one database will have
// to write renewals too.) Safe from several threads. Callbacks may come on the caller's thread or
// on the store's writer thread, and return at once.
class Consumers {
 public:
  using Done = std::function<void(Result<void>)>;
  using Now = std::function<std::chrono::system_clock::time_point()>;

  static constexpr std::chrono::seconds kLease{30};

  // The store outlives the object.
  explicit Consumers(
      store::Store& store, Now now = [] { return std::chrono::system_clock::now(); })
      : store_(store), now_(std::move(now)) {}

  // Takes or renews the lease for the wait to come and 30 s after it; registers the consumer when
  // it is new. Another's lease gives "events.consumer_busy", with the time that is left of it; but
  // a holder whose process has ended holds nothing.
  void claim(const ConsumerKey& key, const std::string& holder,
             std::shared_ptr<const ProcessHold> process, std::chrono::milliseconds wait, Done done);
  // This holder was told that its position has expired, when `last` was the newest event. Its next
  // claim means that it has rebuilt from the lists and starts anew after `last`; another holder is
  // told again.
  void told_expired(const ConsumerKey& key, const std::string& holder, std::int64_t last);
  // The wait is over: from now on the lease lasts 30 s.
  void waited(const ConsumerKey& key, const std::string& holder);
  // Gives the lease back. Nothing happens when it is another's.
  void release(const ConsumerKey& key, const std::string& holder, Done done);
  // Moves the cursor; an older position than the present one changes nothing. `done` comes after
  // the commit. "events.cursor_invalid" when no such event exists yet.
  void acknowledge(const ConsumerKey& key, const std::string& holder, std::int64_t sequence,
                   Done done);

 private:
  struct Held {
    std::string holder;
    std::shared_ptr<const ProcessHold> process;
    std::chrono::system_clock::time_point until;
    // When the store last heard of this holder.
    std::chrono::system_clock::time_point written;
    // Set by told_expired().
    std::optional<std::int64_t> restart = std::nullopt;
  };

  std::int64_t now_ms() const;

  store::Store& store_;
  Now now_;
  std::mutex mutex_;
  std::map<ConsumerKey, Held> held_;
};

}  // namespace semafoor::rpc
