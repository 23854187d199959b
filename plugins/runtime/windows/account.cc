// SPDX-License-Identifier: Apache-2.0
#include "plugins/runtime/windows/account.h"

// After windows.h, whose types it uses.
#include <sddl.h>

#include <array>
#include <cstddef>
#include <memory>

namespace semafoor::runtime {
namespace {

struct CloseIt {
  void operator()(HANDLE handle) const { CloseHandle(handle); }
};
using Handle = std::unique_ptr<void, CloseIt>;

struct FreeIt {
  void operator()(void* memory) const { LocalFree(memory); }
};
using Local = std::unique_ptr<void, FreeIt>;

}  // namespace

std::wstring text_of(PSID sid) {
  wchar_t* text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  const Local owned(text);
  return text;
}

std::wstring own_user() {
  HANDLE opened = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &opened)) return {};
  const Handle token(opened);
  alignas(TOKEN_USER) std::array<std::byte, 256> room{};
  DWORD size = 0;
  if (!GetTokenInformation(token.get(), TokenUser, room.data(), room.size(), &size)) return {};
  return text_of(reinterpret_cast<const TOKEN_USER*>(room.data())->User.Sid);
}

}  // namespace semafoor::runtime
