// SPDX-License-Identifier: Apache-2.0
//
// Whether a message may go.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/mailbox/read_policy.h"
#include "gateway/store/store.h"

namespace semafoor::mailbox {

enum class Fate {
  young,
  goes,
  // Something of it is still to be fetched.
  unfetched,
  // The provider has it, and names it when it is next asked for what is new.
  listed,
  // A list of signals on which one may stand that is not closed.
  for_signals,
};

// When the receipt counts: of what a person brought, not before it was brought.
std::int64_t kept_since_ms(const v1::Message& message);

// What is true at one moment; reads what it needs once. For the length of one question or
// transaction, which outlives it.
class Grounds {
 public:
  Grounds(store::Reader& reader, store::Org org, const ReadDefaults& read,
          const v1::Organisation& organisation, std::int64_t now_ms);

  Result<Fate> fate(const v1::Message& message, int keep_days);

 private:
  bool is_unfetched(const v1::Message& message) const;
  bool is_gone_upstream(const v1::Message& message) const;
  Result<bool> is_listed(const v1::Message& message);
  Result<bool> is_for_signals(const v1::Message& message);

  store::Reader& reader_;
  const store::Org org_;
  const ReadDefaults& read_;
  const v1::Organisation& organisation_;
  const std::int64_t now_ms_;
  // By provider: receipts from here on are listed.
  std::map<std::string, std::int64_t> listed_from_;
  bool asked_for_signals_ = false;
  std::optional<std::int64_t> oldest_signal_ms_;
};

}  // namespace semafoor::mailbox
