// SPDX-License-Identifier: Apache-2.0
#include "plugins/kit/windows/wide.h"

#include <array>

namespace semafoor::kit {
namespace {

// The longest path that Windows knows, in UTF-16 units.
constexpr std::size_t kLongestPath = 32'768;

}  // namespace

std::string utf8_of(std::wstring_view text) {
  const int size = static_cast<int>(text.size());
  const int needed =
      WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<std::size_t>(needed), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), size, narrow.data(), needed, nullptr, nullptr);
  return narrow;
}

std::wstring wide_of(std::string_view text) {
  const int size = static_cast<int>(text.size());
  const int needed = MultiByteToWideChar(CP_UTF8, 0, text.data(), size, nullptr, 0);
  std::wstring wide(static_cast<std::size_t>(needed), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, text.data(), size, wide.data(), needed);
  return wide;
}

std::wstring file_of_module(HMODULE module) {
  for (std::size_t room = MAX_PATH; room <= kLongestPath; room *= 2) {
    std::wstring path(room, L'\0');
    const DWORD length = GetModuleFileNameW(module, path.data(), static_cast<DWORD>(room));
    if (length == 0) return {};
    if (length < room) {
      path.resize(length);
      return path;
    }
  }
  return {};
}

std::string words_of(DWORD error) {
  std::array<wchar_t, 512> words{};
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
      nullptr, error, 0, words.data(), words.size(), nullptr);
  std::string text = utf8_of({words.data(), length});
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text.empty() ? "error " + std::to_string(error)
                      : text + " (" + std::to_string(error) + ")";
}

}  // namespace semafoor::kit
