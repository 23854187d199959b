// SPDX-License-Identifier: Apache-2.0
//
// Where copies of the organisations' keys are: made new with each backup, and remembered, so that
// who erases an organisation finds them.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "gateway/vault/shelf.h"

namespace semafoor::custody {

// Safe from several threads. Store and shelf outlive the object.
class KeyKeeper {
 public:
  KeyKeeper(store::Store& store, vault::Shelf& shelf) : store_(store), shelf_(shelf) {}

  // A backup was made: the copy of the keys beside it is made new.
  Result<void> backed_up(const std::filesystem::path& backup);

  struct Folder {
    std::string path;
    // Why the copy there could not be made new.
    Result<void> outcome;
  };
  // Makes the copy new in every folder that is known: keys that were taken away are gone from it.
  Result<std::vector<Folder>> renew();

 private:
  Result<std::vector<std::string>> folders();
  Result<std::vector<store::WrappedKey>> keys();

  store::Store& store_;
  vault::Shelf& shelf_;
  std::mutex mutex_;
};

}  // namespace semafoor::custody
