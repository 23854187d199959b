// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/windows/handle.h"

// After windows.h, whose types it uses.
#include <sddl.h>

#include <array>
#include <vector>

namespace semafoor::os::windows {
namespace {

// Of what begins with a SID: TokenUser, TokenOwner.
std::string own_sid(TOKEN_INFORMATION_CLASS kind) {
  HANDLE opened = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened)) return {};
  const Handle token(opened);
  alignas(TOKEN_USER) std::array<std::byte, 256> room{};
  DWORD size = 0;
  if (!GetTokenInformation(token.get(), kind, room.data(), room.size(), &size)) return {};
  return sid_text(*reinterpret_cast<const PSID*>(room.data()));
}

// Wine 8 says no path of more than 260 characters otherwise.
std::wstring name_on_volume(HANDLE file) {
  constexpr std::size_t kLongest = 32'768;
  std::vector<std::byte> room(sizeof(FILE_NAME_INFO) + kLongest * sizeof(wchar_t));
  auto* name = reinterpret_cast<FILE_NAME_INFO*>(room.data());
  if (!GetFileInformationByHandleEx(file, FileNameInfo, name, static_cast<DWORD>(room.size())))
    return {};
  return {name->FileName, name->FileNameLength / sizeof(wchar_t)};
}

}  // namespace

std::wstring real_path(HANDLE file) {
  std::wstring path(32'768, L'\0');
  const DWORD size =
      GetFinalPathNameByHandleW(file, path.data(), static_cast<DWORD>(path.size()), 0);
  path.resize(size < path.size() ? size : 0);
  return path.empty() ? name_on_volume(file) : path;
}

std::string sid_text(PSID sid) {
  wchar_t* text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  std::string narrow = utf8_of(text);
  LocalFree(text);
  return narrow;
}

std::string own_account() {
  return own_sid(TokenUser);
}

std::string own_owner() {
  return own_sid(TokenOwner);
}

std::wstring wide_of(std::string_view utf8) {
  const int size = static_cast<int>(utf8.size());
  const int needed = MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, nullptr, 0);
  std::wstring wide(static_cast<std::size_t>(needed), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, utf8.data(), size, wide.data(), needed);
  return wide;
}

std::string utf8_of(std::wstring_view text) {
  const int size = static_cast<int>(text.size());
  const int needed =
      WideCharToMultiByte(CP_UTF8, 0, text.data(), size, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<std::size_t>(needed), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), size, narrow.data(), needed, nullptr, nullptr);
  return narrow;
}

std::string words_of(DWORD error) {
  std::array<wchar_t, 512> words{};
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
      nullptr, error, 0, words.data(), words.size(), nullptr);
  std::string text = utf8_of({words.data(), length});
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  const std::string number = "error " + std::to_string(error);
  return text.empty() ? number : text + " (" + number + ")";
}

}  // namespace semafoor::os::windows
