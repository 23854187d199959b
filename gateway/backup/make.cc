// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/make.h"

#include <system_error>
#include <vector>

#include "gateway/backup/copy_blob.h"
#include "gateway/os/utf8_path.h"
#include "gateway/store/file_blobs.h"
#include "gateway/store/files.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;

Error bad_target(const fs::path& target, const std::string& what) {
  return {.kind = ErrorKind::failed_precondition,
          .code = "backup.folder",
          .message = "A backup was to be written to " + target.string() + ": " + what,
          .field = "folder"};
}

fs::path partial_of(const fs::path& target) {
  return os::with_suffix(target, ".partial");
}

// The remains of one that was killed; nothing that is not ours.
Result<void> clear(const fs::path& partial) {
  std::error_code problem;
  if (!fs::exists(partial, problem)) return {};
  const bool ours = fs::exists(partial / kNotComplete, problem) || read_manifest(partial).ok();
  if (!ours && !fs::is_empty(partial, problem))
    return bad_target(partial, "the folder is there, and is no unfinished backup. Move it away.");
  fs::remove_all(partial, problem);
  if (problem) return store::file_error("remove an unfinished backup", partial, problem);
  return {};
}

Result<Manifest> fill(store::Store& store, const Order& order, const fs::path& partial,
                      const Progress& progress) {
  if (auto made = store::make_folder(partial); !made) return std::move(made).error();
  if (auto marked = store::make_private_file(partial / kNotComplete); !marked)
    return std::move(marked).error();
  const auto held = store.blobs().raw().hold();
  auto copied = store.snapshot(partial, [&](std::int64_t done, std::int64_t total) {
    return progress("database", done, total);
  });
  if (!copied) return std::move(copied).error();
  auto content = store::sqlite::look_into(partial / "semafoor.db");
  if (!content) return std::move(content).error();
  Manifest manifest{.made_by = order.made_by,
                    .made_ms = order.made_ms,
                    .schema = content->schema.version,
                    .lowest_reader = content->schema.lowest_reader,
                    .counts = content->counts};
  const auto blobs = store::make_file_blobs(partial / "blobs");
  const auto total = static_cast<std::int64_t>(content->blobs.size());
  std::int64_t done = 0;
  for (const auto& blob : content->blobs) {
    auto there = copy_blob(store.blobs().raw(), *blobs, blob);
    if (there)
      manifest.attachments.push_back({blob.org, blob.sha256, *there});
    else if (there.error().kind == ErrorKind::data_loss)
      manifest.missing.push_back(blob);
    else
      return std::move(there).error();
    if (!progress("attachments", ++done, total))
      return Error{.kind = ErrorKind::cancelled,
                   .code = "backup.stopped",
                   .message = "A backup was being written to " + order.target.string() +
                              " when it was told to stop. Nothing was left behind; begin again."};
  }
  for (const char* name : {"index.key", "semafoor.db"}) {
    auto file = sum_of(partial, name);
    if (!file) return std::move(file).error();
    manifest.files.push_back(std::move(*file));
  }
  if (auto written = write_manifest(partial, manifest); !written) return std::move(written).error();
  return manifest;
}

Result<void> publish(const fs::path& partial, const fs::path& target) {
  std::error_code problem;
  fs::remove(partial / kNotComplete, problem);
  if (auto flushed = store::flush_folder(partial); !flushed) return flushed;
  if (auto named = store::rename_folder("give the backup its name", partial, target); !named)
    return named;
  return store::flush_folder(target.parent_path());
}

}  // namespace

Result<void> check_target(const Order& order) {
  const fs::path& target = order.target;
  if (!target.is_absolute() || !target.has_filename())
    return bad_target(target, "that is no absolute path without a slash at its end. Give one.");
  std::error_code problem;
  const fs::path real = fs::weakly_canonical(target, problem);
  const fs::path data = fs::weakly_canonical(order.data_folder, problem);
  const auto inside = real.lexically_relative(data);
  if (!inside.empty() && *inside.begin() != "..")
    return bad_target(target,
                      "that is in the data folder, and would be lost with it. Give a "
                      "folder on another disk.");
  if (!fs::is_directory(target.parent_path(), problem))
    return bad_target(target, "there is no folder " + target.parent_path().string() +
                                  ", or the gateway's account may not look there. Make it, owned "
                                  "by that account; under systemd also name it in "
                                  "ReadWritePaths= of the service.");
  if (fs::exists(target, problem) &&
      (!fs::is_directory(target, problem) || !fs::is_empty(target, problem) || problem))
    return bad_target(target, "it is there and not empty. Give a new name for each backup.");
  return {};
}

Result<Manifest> make(store::Store& store, const Order& order, const Progress& progress) {
  if (auto fine = check_target(order); !fine) return std::move(fine).error();
  const fs::path partial = partial_of(order.target);
  if (auto cleared = clear(partial); !cleared) return std::move(cleared).error();
  auto manifest = fill(store, order, partial, progress);
  if (manifest) {
    auto published = publish(partial, order.target);
    if (published) return manifest;
    manifest = std::move(published).error();
  }
  std::error_code ignored;
  fs::remove_all(partial, ignored);
  return manifest;
}

}  // namespace semafoor::backup
