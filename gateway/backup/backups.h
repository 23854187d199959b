// SPDX-License-Identifier: Apache-2.0
//
// The backups that a serving gateway makes, one at a time, each followed as an operation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"
#include "semafoor/v1/modules.pb.h"

namespace semafoor::backup {

struct Standing {
  v1::Operation operation;
  std::string folder;
  std::int64_t bytes = 0;
  std::int64_t attachments = 0;
  std::int64_t attachments_missing = 0;
};

// Safe from several threads. The store outlives the object.
class Backups {
 public:
  struct Options {
    // No backup may lie in here.
    std::filesystem::path data_folder;
    std::string program_version;
    std::function<std::int64_t()> now_ms;
    // A backup was made in this folder: the organisations' keys, which are not in it, are to be
    // copied beside it.
    std::function<Result<void>(const std::filesystem::path&)> copy_keys;
    // Told once for each backup, when it has ended; on the backup's thread.
    std::function<void(const Standing&)> ended;
  };
  Backups(store::Store& store, Options options);
  ~Backups();

  // Checks what can be known at once, then works in a thread. "backup.running" while another does.
  Result<v1::Operation> start(const std::filesystem::path& folder, const domain::Act& act);
  // "operation.unknown" for any but the last one.
  Result<Standing> standing(const std::string& operation_id) const;
  // Ends a running one, which leaves nothing behind. Nothing starts any more. Idempotent.
  void stop();

 private:
  void work(const std::filesystem::path& folder, std::int64_t made_ms, const std::stop_token& stop);

  store::Store& store_;
  const Options options_;
  mutable std::mutex mutex_;
  std::optional<Standing> last_;
  bool stopped_ = false;
  std::jthread thread_;
};

}  // namespace semafoor::backup
