// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/places.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <shlobj.h>

#include "gateway/app/config.h"
#include "gateway/os/utf8_path.h"

namespace semafoor::app {
namespace {

constexpr std::string_view kLocalPipe = R"(\\.\pipe\)";
// Source: CreateNamedPipe, lpName.
constexpr std::size_t kLongestName = 256;

// C:\ProgramData, wherever this Windows has it.
std::filesystem::path program_data() {
  wchar_t* path = nullptr;
  std::filesystem::path found = L"C:\\ProgramData";
  if (SUCCEEDED(SHGetKnownFolderPath(FOLDERID_ProgramData, 0, nullptr, &path))) found = path;
  CoTaskMemFree(path);
  return found;
}

}  // namespace

const StandardPlaces& standard_places() {
  static const StandardPlaces places = [] {
    const std::filesystem::path home = program_data() / "Semafoor";
    return StandardPlaces{.config_file = home / "gateway.toml",
                          .data_dir = home / "data",
                          .run_dir = {},
                          .keys_folder = home / "keys"};
  }();
  return places;
}

std::filesystem::path service_log_file() {
  return standard_places().config_file.parent_path() / "log" / "gateway.log";
}

// No socket has a name in the file system here: calls come over TLS on a port that the system
// chooses, and the pipe, whose access list is fixed, tells which.
void read_local_places(SettingsReader::Section& /*gateway*/, SettingsReader::Section& local,
                       Config& config) {
  std::string pipe = R"(\\.\pipe\semafoor-attest)";
  local.text("attest_socket", pipe);
  if (!pipe.starts_with(kLocalPipe) || pipe.size() <= kLocalPipe.size() ||
      pipe.size() > kLongestName || pipe.find('\\', kLocalPipe.size()) != std::string::npos)
    local.complain("attest_socket", R"(on Windows the name of a pipe is: '\\.\pipe\NAME'.)");
  config.attest_socket = os::path_of(pipe);
}

}  // namespace semafoor::app
