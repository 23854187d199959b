// SPDX-License-Identifier: Apache-2.0
//
// A downloaded file becomes a message like any other, once.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "gateway/domain/result.h"
#include "gateway/intake/description.h"
#include "gateway/mailbox/families.h"
#include "gateway/store/store.h"

namespace semafoor::intake {

// Stable: part of the identity of what came in.
inline constexpr char kProvider[] = "folder";

struct Filed {
  std::string message_id;
  // These bytes were here before, for this organisation and e-Box; nothing was stored.
  bool duplicate = false;
};

class Filing {
 public:
  // Store and families outlive the object.
  Filing(store::Store& store, const mailbox::Families& families,
         std::function<std::int64_t()> now_ms, std::int64_t most_bytes)
      : store_(store), families_(families), now_ms_(std::move(now_ms)), most_bytes_(most_bytes) {}

  std::int64_t most_bytes() const { return most_bytes_; }
  // "store.disk_low".
  Result<void> admit() const { return store_.headroom().admit_intake(); }
  // "intake.too_large", "intake.empty".
  Result<void> check_size(std::int64_t bytes) const;
  // For the bytes of one file. "store.disk_low", and what the store says.
  Result<std::unique_ptr<store::BlobWriter>> begin(const store::Org& org);
  // Makes `bytes` durable, and then the message that names them: identity (organisation, e-Box,
  // SHA-256). Returns after the commit. "intake.invalid", those of check_size(), and
  // "mailbox.message_removed_by_retention": these bytes were here, and their time was over.
  Result<Filed> file(const store::Org& org, store::BlobWriter& bytes, Description description,
                     const v1::Provenance& provenance, const domain::Act& act);

 private:
  store::StoredMessage message_of(const store::Org& org, const store::BlobRef& blob,
                                  const Description& description,
                                  const v1::Provenance& provenance) const;

  store::Store& store_;
  const mailbox::Families& families_;
  const std::function<std::int64_t()> now_ms_;
  const std::int64_t most_bytes_;
};

}  // namespace semafoor::intake
