// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/windows/words.h"

#include <windows.h>

#include <array>

namespace semafoor::runtime {

std::string words_of(unsigned long error) {
  std::array<wchar_t, 512> words{};
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
      nullptr, error, 0, words.data(), words.size(), nullptr);
  std::array<char, 2048> narrow{};
  const int size = WideCharToMultiByte(CP_UTF8, 0, words.data(), static_cast<int>(length),
                                       narrow.data(), narrow.size(), nullptr, nullptr);
  std::string text(narrow.data(), static_cast<std::size_t>(size));
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  const std::string number = "error " + std::to_string(error);
  return text.empty() ? number : text + " (" + number + ")";
}

std::wstring wide_of(std::string_view utf8) {
  const int size = static_cast<int>(utf8.size());
  const int needed = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, nullptr, 0);
  std::wstring wide(static_cast<std::size_t>(needed), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, wide.data(), needed);
  return wide;
}

}  // namespace semafoor::runtime
