// SPDX-License-Identifier: Apache-2.0
#include "host-shim/host/console.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <shellapi.h>

#include <filesystem>
#include <memory>

namespace semafoor::reference_host {
namespace {

struct FreeIt {
  void operator()(wchar_t** memory) const { LocalFree(memory); }
};

}  // namespace

// What `argv` holds is in the old code page, where this Windows is older than the manifest's wish.
std::vector<std::string> arguments(int /*argc*/, char** /*argv*/) {
  SetConsoleOutputCP(CP_UTF8);
  int count = 0;
  const std::unique_ptr<wchar_t*, FreeIt> words(CommandLineToArgvW(GetCommandLineW(), &count));
  std::vector<std::string> texts;
  for (int i = 1; words != nullptr && i < count; ++i)
    texts.push_back(std::filesystem::path(words.get()[i]).string());
  return texts;
}

bool stderr_is_terminal() {
  DWORD mode = 0;
  const HANDLE output = GetStdHandle(STD_ERROR_HANDLE);
  if (!GetConsoleMode(output, &mode)) return false;
  // A line that changes is drawn with escape sequences.
  return SetConsoleMode(output, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != FALSE;
}

// Beside the program.
std::string standard_plugin_folder() {
  std::wstring path(32'768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return (std::filesystem::path(path).parent_path() / "plugins").string();
}

std::string account_name() {
  constexpr DWORD kLongest = 257;
  std::wstring name(kLongest, L'\0');
  DWORD size = kLongest;
  if (!GetUserNameW(name.data(), &size) || size < 2) return "unknown account";
  name.resize(size - 1);
  return std::filesystem::path(name).string();
}

std::string absolute_gateway(const std::string& name) {
  return name;
}

}  // namespace semafoor::reference_host
