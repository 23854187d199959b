// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "gateway/domain/result.h"
#include "gateway/lists/rules.h"
#include "gateway/store/store.h"

namespace semafoor::lists {

// The rules of the files, with the code tables that the administrator loaded in place of theirs.
// Safe from several threads.
class RulesInForce {
 public:
  explicit RulesInForce(std::shared_ptr<const Rules> of_files);

  // The files were read again.
  void replace(std::shared_ptr<const Rules> of_files);

  // Asks the store, so that what another gateway loaded counts too. Two indexed reads; the tables
  // themselves are read when others are in force than the last time.
  Result<std::shared_ptr<const Rules>> at(store::Reader& reader, std::int64_t moment_ms);

 private:
  std::mutex mutex_;
  std::shared_ptr<const Rules> of_files_;
  // Ids of the tables that `in_force_` holds, and the rules themselves.
  std::string tables_;
  std::shared_ptr<const Rules> in_force_;
};

}  // namespace semafoor::lists
