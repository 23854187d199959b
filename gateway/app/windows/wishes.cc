// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/windows/wishes.h"

#include <cstdint>
#include <cstdio>

namespace semafoor::app::windows {
namespace {

using os::windows::Handle;

// Empty when there is no such folder, or it may not be looked at.
std::wstring real_path(const std::filesystem::path& place) {
  const Handle folder(CreateFileW(place.c_str(), FILE_READ_ATTRIBUTES,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  if (!folder) return {};
  return os::windows::real_path(folder.get());
}

}  // namespace

Wishes& own_wishes() {
  static Wishes wishes{Handle(CreateEventW(nullptr, TRUE, FALSE, nullptr)),
                       Handle(CreateEventW(nullptr, FALSE, FALSE, nullptr))};
  return wishes;
}

std::optional<int> wait_for_wish(std::chrono::milliseconds wait, bool for_stop,
                                 const std::vector<HANDLE>& also) {
  const Wishes& wishes = own_wishes();
  std::vector<HANDLE> events;
  std::vector<int> meanings;
  const auto add = [&](HANDLE event, int meaning) {
    if (event == nullptr) return;
    events.push_back(event);
    meanings.push_back(meaning);
  };
  if (for_stop) add(wishes.stop.get(), kStopWish);
  if (for_stop) add(wishes.named_stop.get(), kStopWish);
  add(wishes.reload.get(), kReloadWish);
  add(wishes.named_reload.get(), kReloadWish);
  for (std::size_t i = 0; i < also.size(); ++i) add(also[i], static_cast<int>(i));
  const DWORD first = WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(),
                                             FALSE, static_cast<DWORD>(wait.count()));
  if (first >= events.size()) return std::nullopt;
  return meanings[first];
}

std::wstring name_for(const std::filesystem::path& data_folder, const wchar_t* what) {
  std::filesystem::path place = std::filesystem::absolute(data_folder).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  // Behind the last folder that is there, the name is what it will be when the rest is made.
  std::wstring rest;
  std::wstring path = real_path(place);
  while (path.empty() && place != place.parent_path()) {
    rest = L"\\" + place.filename().native() + rest;
    place = place.parent_path();
    path = real_path(place);
  }
  while (path.ends_with(L'\\')) path.pop_back();
  path += rest;
  // Names of files do not tell capitals.
  CharUpperBuffW(path.data(), static_cast<DWORD>(path.size()));
  // FNV-1a: a name of the system holds no backslash and 260 characters.
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const wchar_t letter : path) {
    sum ^= static_cast<std::uint16_t>(letter);
    sum *= 0x100000001b3U;
  }
  wchar_t text[64];
  std::swprintf(text, sizeof text / sizeof *text, L"Global\\semafoor-%08lx%08lx-",
                static_cast<unsigned long>(sum >> 32U),
                static_cast<unsigned long>(sum & 0xffffffffU));
  return std::wstring(text) + what;
}

}  // namespace semafoor::app::windows
