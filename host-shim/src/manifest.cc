// SPDX-License-Identifier: Apache-2.0
#include "host-shim/src/manifest.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "semafoor/base.h"

namespace semafoor::loader {
namespace {

using nlohmann::json;

constexpr std::streamsize kLargestManifest = 65536;

Problem bad(const std::filesystem::path& path, const std::string& why) {
  return {SEMAFOOR_INVALID_ARGUMENT, "shim.bad_manifest",
          path.string() + " is not a usable manifest: " + why + "; install the plugin again"};
}

std::optional<std::string> text(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || !found->is_string() ||
      found->get_ref<const std::string&>().empty())
    return std::nullopt;
  return found->get<std::string>();
}

std::optional<uint32_t> number(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || !found->is_number_unsigned() || found->get<uint64_t>() > 1'000'000)
    return std::nullopt;
  return found->get<uint32_t>();
}

// One path component that leads nowhere else.
bool is_file_name(const std::string& name) {
  return name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\\:\0", 4)) == std::string::npos;
}

bool is_sha256(const std::string& digest) {
  return digest.size() == 64 && digest.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

Result<Manifest> read_manifest(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return bad(path, "it cannot be read");
  std::string content(static_cast<size_t>(kLargestManifest) + 1, '\0');
  file.read(content.data(), kLargestManifest + 1);
  if (file.gcount() > kLargestManifest) return bad(path, "it is larger than 64 KiB");
  content.resize(static_cast<size_t>(file.gcount()));
  const json document = json::parse(content, nullptr, false);
  if (document.is_discarded()) return bad(path, "it is not JSON");
  if (!document.is_object() || !document.contains("manifest"))
    return bad(path, "it has no member \"manifest\"");
  if (document["manifest"] != 1)
    return bad(path, "its format is newer than this host reads (\"manifest\" is not 1)");

  Manifest manifest;
  manifest.path = path;
  for (const auto& [key, target] : {std::pair{"id", &manifest.id},
                                    {"name", &manifest.name},
                                    {"version", &manifest.version},
                                    {"architecture", &manifest.architecture},
                                    {"library", &manifest.library},
                                    {"sha256", &manifest.sha256}}) {
    const auto value = text(document, key);
    if (!value) return bad(path, std::string("\"") + key + "\" is missing or not a text");
    *target = *value;
  }
  const auto major = number(document, "abi_major");
  const auto minor = number(document, "abi_minor");
  if (!major || !minor) return bad(path, "\"abi_major\" or \"abi_minor\" is missing or no number");
  manifest.abi_major = *major;
  manifest.abi_minor = *minor;
  if (!is_file_name(manifest.library))
    return bad(path, "\"library\" must be the name of a file in the same folder");
  if (!is_sha256(manifest.sha256))
    return bad(path, "\"sha256\" must be 64 lower-case hexadecimal digits");
  return manifest;
}

Outcome check_manifest(const Manifest& manifest, const Platform& platform) {
  if (manifest.abi_major != SEMAFOOR_ABI_MAJOR) {
    const bool newer = manifest.abi_major > SEMAFOOR_ABI_MAJOR;
    return Problem{SEMAFOOR_E_ABI, newer ? "shim.newer_abi" : "shim.older_abi",
                   "plugin " + manifest.id + " " + manifest.version + " speaks ABI major " +
                       std::to_string(manifest.abi_major) + ", this host speaks major " +
                       std::to_string(SEMAFOOR_ABI_MAJOR) + ": install " +
                       (newer ? "an older plugin, or a host with a newer shim" : "a newer plugin")};
  }
  if (manifest.architecture != platform.architecture) {
    return Problem{SEMAFOOR_E_ABI, "shim.wrong_architecture",
                   "plugin " + manifest.id + " is made for " + manifest.architecture +
                       ", but this process needs " + platform.architecture +
                       ": install the package for this system"};
  }
  return Done{};
}

}  // namespace semafoor::loader
