// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/manifest.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "gateway/backup/digest.h"
#include "gateway/store/files.h"

namespace semafoor::backup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr char kName[] = "manifest.json";
constexpr int kFormat = 1;

std::string digest_of(const std::string& text) {
  Digest digest;
  digest.add(text.data(), text.size());
  return digest.hex();
}

// A file of the folder itself: no path leads out of it, or over what the restore writes.
bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") == std::string::npos;
}

json listed(const std::vector<Manifest::Attachment>& attachments) {
  json list = json::array();
  for (const auto& one : attachments)
    list.push_back({{"organisation", one.org}, {"sha256", one.sha256}, {"size", one.size}});
  return list;
}

std::vector<Manifest::Attachment> unlisted(const json& list) {
  std::vector<Manifest::Attachment> attachments;
  for (const json& one : list)
    attachments.push_back({one.at("organisation").get<std::string>(),
                           one.at("sha256").get<std::string>(),
                           one.at("size").get<std::int64_t>()});
  return attachments;
}

}  // namespace

std::int64_t Manifest::bytes() const {
  std::int64_t total = 0;
  for (const File& file : files) total += file.size;
  for (const Attachment& one : attachments) total += one.size;
  return total;
}

Error damaged(const fs::path& file, const std::string& what) {
  return {.kind = ErrorKind::data_loss,
          .code = "backup.damaged",
          .message = "The backup's " + file.string() + " was checked: " + what +
                     ". This backup cannot be trusted: use an older one, and have the disk that "
                     "holds this one looked at."};
}

Result<Manifest::File> sum_of(const fs::path& folder, const std::string& name) {
  std::ifstream in(folder / name, std::ios::binary);
  if (!in) return damaged(folder / name, "it is not there, or cannot be read");
  Manifest::File file{.name = name};
  Digest digest;
  std::array<char, std::size_t{64} * 1024> buffer{};
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    digest.add(buffer.data(), static_cast<std::size_t>(in.gcount()));
    file.size += in.gcount();
  }
  if (in.bad())
    return store::file_error("read", folder / name, std::make_error_code(std::errc::io_error));
  file.sha256 = digest.hex();
  return file;
}

Result<void> write_manifest(const fs::path& folder, const Manifest& manifest) {
  json document = {{"format", kFormat},
                   {"engine", "sqlite"},
                   {"made_by", manifest.made_by},
                   {"made_ms", manifest.made_ms},
                   {"schema", manifest.schema},
                   {"lowest_reader", manifest.lowest_reader},
                   {"counts", manifest.counts},
                   {"files", json::array()},
                   {"attachments", listed(manifest.attachments)},
                   {"missing", listed(manifest.missing)}};
  for (const auto& file : manifest.files)
    document["files"].push_back(
        {{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
  // Of the document without it, as it is dumped: the manifest is damaged like any other file.
  document["sha256"] = digest_of(document.dump());
  return store::write_small_file(folder / kName, document.dump(1) + "\n");
}

Result<Manifest> read_manifest(const fs::path& folder) {
  auto text = store::read_small_file(folder / kName);
  if (!text) return std::move(text).error();
  std::error_code ignored;
  if (!*text || fs::exists(folder / kNotComplete, ignored))
    return Error{
        .kind = ErrorKind::failed_precondition,
        .code = "backup.not_complete",
        .message = "A backup was looked for in " + folder.string() +
                   ": it has no manifest.json, or is not done, so it is no backup, or one that was "
                   "interrupted. Name the folder of a complete one."};
  json document = json::parse(**text, nullptr, false);
  if (!document.is_object() || !document.contains("sha256"))
    return damaged(folder / kName, "it is not what was written");
  try {
    const auto digest = document.at("sha256").get<std::string>();
    document.erase("sha256");
    if (digest_of(document.dump()) != digest)
      return damaged(folder / kName, "its content is not what was written");
    if (document.at("format").get<int>() != kFormat ||
        document.at("engine").get<std::string>() != "sqlite")
      return Error{.kind = ErrorKind::failed_precondition,
                   .code = "backup.format",
                   .message = "The backup " + folder.string() +
                              " was made in a form that this program does not know. Use the "
                              "gateway version that made it, " +
                              document.at("made_by").get<std::string>() + ", or a newer one."};
    Manifest manifest;
    document.at("made_by").get_to(manifest.made_by);
    document.at("made_ms").get_to(manifest.made_ms);
    document.at("schema").get_to(manifest.schema);
    document.at("lowest_reader").get_to(manifest.lowest_reader);
    document.at("counts").get_to(manifest.counts);
    for (const json& file : document.at("files"))
      manifest.files.push_back({file.at("name").get<std::string>(),
                                file.at("size").get<std::int64_t>(),
                                file.at("sha256").get<std::string>()});
    // Files are written under these names, by root perhaps.
    for (const auto& file : manifest.files)
      if (!is_plain(file.name))
        return damaged(folder / kName, "it names a file that is in no backup");
    manifest.attachments = unlisted(document.at("attachments"));
    manifest.missing = unlisted(document.at("missing"));
    return manifest;
  } catch (const json::exception& problem) {
    return damaged(folder / kName, problem.what());
  }
}

}  // namespace semafoor::backup
