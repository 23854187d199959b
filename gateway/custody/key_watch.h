// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/custody/inventory.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/credentials.pb.h"

namespace semafoor::custody {

// When a certificate ends.
struct Expiry {
  std::string name;
  std::int64_t not_after_s = 0;
};

// What of the settings alarms as long as it stands there.
struct LooseSettings {
  // Nothing is sealed.
  bool unsealed = false;
  // Keys may be files in clear.
  bool plaintext = false;
};

// Watches the keys that organisations sign with: those that cannot be had, and certificates that
// end (vault::expiry_step()). Each step is told once to the plugins of every organisation that
// names the key, as event "credential.expiring", also across restarts and by one of several
// gateways. Safe from several threads; store and inventory outlive the object.
class KeyWatch {
 public:
  KeyWatch(store::Store& store, const Inventory& inventory, LooseSettings settings,
           std::function<std::int64_t()> now_s);

  // Looks when a key has changed, and otherwise once a minute; opens each key then. Blocks. An
  // error of store or vault leaves what was known.
  Result<void> look();
  // A key is another now: the next look is due.
  void changed();
  // As of the last look; of the settings alone before the first. The gravest first.
  std::vector<v1::Alarm> alarms() const;
  // Of keys that sign, in the order of their names.
  std::vector<Expiry> expiries() const;

 private:
  Result<void> tell(const Held& held, int step);

  store::Store& store_;
  const Inventory& inventory_;
  const std::vector<v1::Alarm> loose_;
  const std::function<std::int64_t()> now_s_;
  mutable std::mutex mutex_;
  std::int64_t next_look_s_ = 0;
  std::vector<v1::Alarm> alarms_;
  std::vector<Expiry> expiries_;
};

}  // namespace semafoor::custody
