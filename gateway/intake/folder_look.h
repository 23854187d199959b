// SPDX-License-Identifier: Apache-2.0
//
// One organisation's watched folders.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/intake/drop_folders.h"
#include "gateway/intake/filing.h"
#include "gateway/intake/settling.h"

namespace semafoor::intake {

// What became of a file, for the log. No file names: they may be about a person.
struct Outcome {
  store::Org org;
  v1::EboxType box = v1::EBOX_TYPE_UNSPECIFIED;
  // Of the message; empty when it was refused.
  std::string message_id;
  bool duplicate = false;
  // Why it was refused.
  std::optional<Error> refusal;
};

struct LookOptions {
  // Unchanged for so long, and over two looks: complete.
  std::int64_t settle_ms = 5'000;
  // An empty file may be the beginning of one, and a locked one may be let go.
  std::int64_t patience_ms = 60'000;
  // Taken at one look; the rest follows at the next.
  int most_files = 200;
};

// A file goes, by renaming, into a working folder of its own first: from then on nobody else
// changes it, and whatever dies finds it there again. Then its bytes and its message are stored,
// and it moves on. Killed anywhere, it is one message, and it is still in one of the folders.
class FolderLook {
 public:
  using Told = std::function<void(const Outcome&)>;

  // The filing outlives the object.
  FolderLook(store::Org org, DropFolders folders, Filing& filing, LookOptions options, Told told);

  // One look; `now` is a steady time. What was left where it is, and why, is the error
  // "intake.left". Errors of the store end the look: everything stays, and is tried again.
  Result<void> look(std::int64_t now, const std::stop_token& stop);

 private:
  struct Candidate;

  Result<void> go_on(const std::stop_token& stop);
  Result<void> look_into(v1::EboxType box, std::int64_t now, const std::stop_token& stop);
  bool ready(const Candidate& one, std::int64_t now);
  Result<void> take(const Candidate& one);
  // A working folder, from whatever state it is in.
  Result<void> work_off(const std::filesystem::path& place);
  Result<Filed> store(v1::EboxType box, const std::filesystem::path& file,
                      const std::filesystem::path& side_car, const FileFacts& facts);
  Result<void> refuse(v1::EboxType box, const std::filesystem::path& file,
                      const std::filesystem::path& side_car, const Error& why);
  Result<void> move_on(const std::filesystem::path& file, const std::filesystem::path& side_car,
                       const std::filesystem::path& to, const std::optional<Error>& reason);
  Result<void> put_back(v1::EboxType box, const std::filesystem::path& file);
  void left(v1::EboxType box, const std::filesystem::path& file, const std::string& why);

  const store::Org org_;
  const DropFolders folders_;
  Filing& filing_;
  const LookOptions options_;
  const Told told_;
  std::map<v1::EboxType, Settling> settling_;
  // Of the present look.
  std::vector<std::string> left_;
  int taken_ = 0;
};

}  // namespace semafoor::intake
