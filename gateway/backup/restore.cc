// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/restore.h"

#include <chrono>
#include <ctime>
#include <set>
#include <system_error>
#include <utility>

#include "gateway/backup/copy_blob.h"
#include "gateway/backup/swap.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/file_blobs.h"
#include "gateway/store/files.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;

constexpr char kLock[] = "gateway.lock";

fs::path blob_path(const fs::path& folder, const Manifest::Attachment& blob) {
  return folder / "blobs" / blob.org / blob.sha256.substr(0, 2) / blob.sha256;
}

Error stopped(const fs::path& folder) {
  return {.kind = ErrorKind::cancelled,
          .code = "backup.stopped",
          .message = "The backup " + folder.string() +
                     " was being read when it was told to stop. Nothing was changed."};
}

// Free until now, and telling when.
fs::path dated(const fs::path& data) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", std::gmtime(&now));
  const fs::path name = os::with_suffix(data, std::string(".before-restore-") + stamp);
  fs::path free = name;
  std::error_code ignored;
  for (int again = 2; fs::exists(free, ignored); ++again)
    free = os::with_suffix(name, "-" + std::to_string(again));
  return free;
}

Result<void> put_aside(const fs::path& folder, const fs::path& target) {
  if (auto put = store::rename_folder("put a folder aside", folder, target); !put) return put;
  return store::flush_folder(target.parent_path());
}

// Without the mark it is whole: restored data that was not put in place, or what was in place.
Result<void> clear(const fs::path& staging, const fs::path& data) {
  std::error_code problem;
  if (!fs::exists(staging, problem)) return {};
  if (!fs::exists(staging / kNotComplete, problem)) return put_aside(staging, dated(data));
  fs::remove_all(staging, problem);
  if (problem) return store::file_error("remove an unfinished restore", staging, problem);
  return {};
}

Result<void> copy_file(const fs::path& from, const fs::path& to, const Manifest::File& file) {
  std::error_code problem;
  fs::copy_file(from / file.name, to / file.name, fs::copy_options::none, problem);
  if (problem) return store::file_error("copy", to / file.name, problem);
  fs::permissions(to / file.name, fs::perms::owner_read | fs::perms::owner_write, problem);
  auto copied = sum_of(to, file.name);
  if (!copied) return std::move(copied).error();
  if (copied->sha256 != file.sha256)
    return damaged(from / file.name, "what was read is not what the manifest says");
  return store::flush_file(to / file.name);
}

Result<void> fill(const fs::path& folder, const fs::path& staging, const Manifest& manifest,
                  const Progress& progress) {
  if (auto made = store::make_folder(staging); !made) return made;
  if (auto marked = store::make_private_file(staging / kNotComplete); !marked) return marked;
  for (const auto& file : manifest.files)
    if (auto copied = copy_file(folder, staging, file); !copied) return copied;
  const auto from = store::make_file_blobs(folder / "blobs");
  const auto to = store::make_file_blobs(staging / "blobs");
  std::int64_t done = 0;
  for (const auto& blob : manifest.attachments) {
    auto copied = copy_blob(*from, *to, blob);
    if (!copied && copied.error().kind == ErrorKind::data_loss)
      return damaged(blob_path(folder, blob), "it changed since it was checked");
    if (!copied) return std::move(copied).error();
    if (!progress("copying", ++done, static_cast<std::int64_t>(manifest.attachments.size())))
      return stopped(folder);
  }
  return store::flush_folder(staging);
}

bool empty_but_for_the_lock(const fs::path& folder) {
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem))
    if (entry.path().filename() != kLock) return false;
  return !problem;
}

}  // namespace

Result<Manifest> check(const fs::path& folder, const Progress& progress) {
  auto manifest = read_manifest(folder);
  if (!manifest) return manifest;
  std::set<std::string> named;
  for (const auto& file : manifest->files) {
    named.insert(file.name);
    auto there = sum_of(folder, file.name);
    if (!there) return std::move(there).error();
    if (there->size != file.size)
      return damaged(folder / file.name, "it has " + std::to_string(there->size) +
                                             " bytes instead of " + std::to_string(file.size));
    if (there->sha256 != file.sha256)
      return damaged(folder / file.name, "its content is not what was written");
  }
  for (const char* name : {"semafoor.db", "index.key"})
    if (!named.contains(name)) return damaged(folder / name, "the manifest does not name it");
  auto content = store::sqlite::look_into(folder / "semafoor.db");
  if (!content) return std::move(content).error();
  std::set<std::pair<std::string, std::string>> listed;
  const auto blobs = store::make_file_blobs(folder / "blobs");
  std::int64_t done = 0;
  for (const auto& blob : manifest->attachments) {
    listed.emplace(blob.org, blob.sha256);
    auto size = check_blob(*blobs, blob);
    if (!size && size.error().code == "blob.missing")
      return damaged(blob_path(folder, blob), "it is not there");
    if (!size && size.error().kind == ErrorKind::data_loss)
      return damaged(blob_path(folder, blob), "its content is not what was written");
    if (!size) return std::move(size).error();
    if (!progress("checking", ++done, static_cast<std::int64_t>(manifest->attachments.size())))
      return stopped(folder);
  }
  for (const auto& blob : manifest->missing) listed.emplace(blob.org, blob.sha256);
  for (const auto& blob : content->blobs)
    if (!listed.contains({blob.org, blob.sha256}))
      return damaged(folder / "semafoor.db",
                     "it refers to an attachment that is not in the backup");
  return manifest;
}

fs::path staging_of(const fs::path& data) {
  return os::with_suffix(data, ".restoring");
}

Result<fs::path> stage(const fs::path& folder, const fs::path& data, const Manifest& manifest,
                       const Progress& progress) {
  const fs::path staging = staging_of(data);
  if (auto cleared = clear(staging, data); !cleared) return std::move(cleared).error();
  if (auto filled = fill(folder, staging, manifest, progress); !filled) {
    std::error_code ignored;
    fs::remove_all(staging, ignored);
    return std::move(filled).error();
  }
  return staging;
}

Result<fs::path> swap_in(const fs::path& staged, const fs::path& data) {
  std::error_code problem;
  const bool nothing_there = empty_but_for_the_lock(data);
  // From here on the staged folder is never thrown away: after the exchange it is the old data.
  fs::remove(staged / kNotComplete, problem);
  if (auto flushed = store::flush_folder(staged); !flushed) return std::move(flushed).error();
  if (auto swapped = exchange(staged, data); !swapped) return std::move(swapped).error();
  if (nothing_there) {
    fs::remove(staged / kLock, problem);
    fs::remove(staged, problem);
    return fs::path();
  }
  fs::path aside = dated(data);
  if (auto put = put_aside(staged, aside); !put) return std::move(put).error();
  return aside;
}

}  // namespace semafoor::backup
