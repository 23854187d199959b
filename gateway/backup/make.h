// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "gateway/backup/manifest.h"
#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::backup {

// What is being done, and how far it is; false: stop.
using Progress =
    std::function<bool(const std::string& phase, std::int64_t done, std::int64_t total)>;

struct Order {
  std::filesystem::path target;
  // Nothing may be written into it.
  std::filesystem::path data_folder;
  std::string made_by;
  std::int64_t made_ms = 0;
};

// What is wrong with the target: "backup.folder".
Result<void> check_target(const Order& order);

// Makes a backup while the store is used. The target's name appears when everything is durable;
// an error or a stop leaves nothing behind, a kill leaves "TARGET.partial", which the next one to
// the same target removes.
//
// Why it is one state: a row that names a blob is written after the blob, so whatever the copy of
// the database refers to was on disk at the copy's instant. It stays there until it is copied,
// because the blobs are held from before that instant: nothing is swept meanwhile, also when the
// living database has forgotten it since. Blobs never change; those newer than the copy are not in
// its rows, and so not in the backup.
Result<Manifest> make(store::Store& store, const Order& order, const Progress& progress);

}  // namespace semafoor::backup
