// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/arguments.h"

#include <windows.h>
// After windows.h, whose types it uses.
#include <shellapi.h>

#include <memory>

#include "gateway/os/windows/handle.h"

namespace semafoor::os {
// What `argv` holds is in the old code page, where this Windows is older than the manifest's wish.
std::vector<std::string> arguments(int /*argc*/, char** /*argv*/) {
  SetConsoleOutputCP(CP_UTF8);
  int count = 0;
  const std::unique_ptr<wchar_t*, windows::LocalFreer> words(
      CommandLineToArgvW(GetCommandLineW(), &count));
  std::vector<std::string> texts;
  for (int i = 1; words != nullptr && i < count; ++i)
    texts.push_back(windows::utf8_of(words.get()[i]));
  return texts;
}

}  // namespace semafoor::os
