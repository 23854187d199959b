// SPDX-License-Identifier: Apache-2.0
//
// What a backup says of itself: a folder is a backup when its manifest is there and true.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/sqlite/snapshot.h"

namespace semafoor::backup {

// An empty file that stands in a folder until the folder is whole.
inline constexpr char kNotComplete[] = "NOT-COMPLETE";

struct Manifest {
  std::string made_by;
  std::int64_t made_ms = 0;
  std::int64_t schema = 0;
  std::int64_t lowest_reader = 0;
  // Rows, by table.
  std::map<std::string, std::int64_t> counts;
  struct File {
    std::string name;
    std::int64_t size = 0;
    std::string sha256;
  };
  // Beside the manifest.
  std::vector<File> files;
  // Under blobs/, where each bears the SHA-256 of its bytes as its name.
  using Attachment = store::sqlite::DatabaseContent::Blob;
  std::vector<Attachment> attachments;
  // Were damaged or gone in the gateway itself when the backup was made.
  std::vector<Attachment> missing;

  std::int64_t bytes() const;
};

// Returns when it is durable.
Result<void> write_manifest(const std::filesystem::path& folder, const Manifest& manifest);
// "backup.not_complete" when there is none or the folder is not done; "backup.damaged",
// "backup.format".
Result<Manifest> read_manifest(const std::filesystem::path& folder);

Error damaged(const std::filesystem::path& file, const std::string& what);

// SHA-256 in lower-case hex and size of a file's bytes.
Result<Manifest::File> sum_of(const std::filesystem::path& folder, const std::string& name);

}  // namespace semafoor::backup
