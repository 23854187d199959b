// SPDX-License-Identifier: Apache-2.0
#include "gateway/vault/test_key_file.h"

#include <windows.h>
// After windows.h, whose types they use.
#include <aclapi.h>
#include <sddl.h>

#include <array>
#include <stdexcept>

#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::vault {

using os::windows::Handle;

void write_key_file(const std::filesystem::path& file, std::string_view bytes) {
  DeleteFileW(file.c_str());
  os::windows::PrivateAccess access;
  const Handle made(CreateFileW(file.c_str(), GENERIC_WRITE, 0, access.get(), CREATE_NEW,
                                FILE_ATTRIBUTE_NORMAL, nullptr));
  DWORD written = 0;
  if (!made ||
      !WriteFile(made.get(), bytes.data(), static_cast<DWORD>(bytes.size()), &written, nullptr))
    throw std::runtime_error(os::windows::words_of(GetLastError()));
}

void share_key_file(const std::filesystem::path& file, int way) {
  // Everybody: Wine keeps no right of a group's. With Users it is in docs/windows-checklist.md.
  constexpr std::array<const wchar_t*, kSharings> kWays{L"(A;;FR;;;WD)", L"(A;;FW;;;WD)",
                                                        L"(A;;FRFW;;;WD)", L"(A;;FA;;;WD)"};
  const std::wstring list = L"D:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;" +
                            os::windows::wide_of(os::windows::own_account()) + L")" +
                            kWays.at(static_cast<std::size_t>(way));
  PSECURITY_DESCRIPTOR described = nullptr;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1,
                                                            &described, nullptr))
    throw std::runtime_error(os::windows::words_of(GetLastError()));
  const os::windows::LocalMemory freed(described);
  if (!SetFileSecurityW(file.c_str(), DACL_SECURITY_INFORMATION, described))
    throw std::runtime_error(os::windows::words_of(GetLastError()));
}

std::string sharing_advice() {
  return "icacls";
}

}  // namespace semafoor::vault
