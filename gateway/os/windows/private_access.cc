// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/windows/private_access.h"

// After windows.h, whose types they use.
#include <aclapi.h>
#include <sddl.h>

#include <array>

#include "gateway/os/windows/handle.h"

namespace semafoor::os::windows {
namespace {

// NT SERVICE\SemafoorGateway. A service's SID is made from its name: S-1-5-80 and the SHA-1 of the
// name in capitals.
constexpr char kServiceSid[] = "S-1-5-80-449065856-801163735-4195193533-2115451477-1051880076";
// "Owner rights": what the list says of whoever owns the file.
constexpr char kOwnerRights[] = "S-1-3-4";

// Whatever else an entry gives (to see attributes, to wait) shows or changes no byte.
constexpr ACCESS_MASK kTouches = FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | DELETE |
                                 WRITE_DAC | WRITE_OWNER | GENERIC_READ | GENERIC_WRITE |
                                 GENERIC_ALL;

}  // namespace

PrivateAccess::PrivateAccess() {
  const std::wstring self = wide_of(own_account());
  // The service too: what an administrator makes, restoring a backup, the service goes on with.
  const std::wstring list = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + self +
                            L")(A;OICI;FA;;;" + wide_of(kServiceSid) + L")";
  ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1, &descriptor_,
                                                       nullptr);
  attributes_.lpSecurityDescriptor = descriptor_;
}

PrivateAccess::~PrivateAccess() {
  LocalFree(descriptor_);
}

bool is_one_of_us(PSID account) {
  if (IsWellKnownSid(account, WinLocalSystemSid) ||
      IsWellKnownSid(account, WinBuiltinAdministratorsSid))
    return true;
  const std::string text = sid_text(account);
  return text == own_account() || text == kServiceSid;
}

std::string foreign_maker(HANDLE object) {
  PSID owner = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  const DWORD error = GetSecurityInfo(object, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                                      nullptr, nullptr, nullptr, &described);
  if (error != ERROR_SUCCESS) return "unknown (" + words_of(error) + ")";
  const LocalMemory freed(described);
  if (owner == nullptr) return "unknown";
  return is_one_of_us(owner) ? std::string() : sid_text(owner);
}

Sharing sharing_of(HANDLE file) {
  Sharing found;
  PSID owner = nullptr;
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR described = nullptr;
  found.problem =
      GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                      &owner, nullptr, &list, nullptr, &described);
  if (found.problem != ERROR_SUCCESS) return found;
  const LocalMemory freed(described);
  if (!is_one_of_us(owner)) found.foreign_owner = sid_text(owner);
  if (list == nullptr) {
    // No list at all means no limits. FAT has none to give.
    found.others.emplace_back("everybody");
    return found;
  }
  for (DWORD i = 0; i < list->AceCount; ++i) {
    void* entry = nullptr;
    if (!GetAce(list, i, &entry)) continue;
    const auto* header = static_cast<const ACE_HEADER*>(entry);
    if ((header->AceFlags & INHERIT_ONLY_ACE) != 0) continue;
    if (header->AceType == ACCESS_DENIED_ACE_TYPE) continue;
    if (header->AceType != ACCESS_ALLOWED_ACE_TYPE) {
      // Conditional and object entries: rare on files, and not worth being wrong about.
      found.others.emplace_back("an entry of kind " + std::to_string(header->AceType));
      continue;
    }
    auto* allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
    if ((allowed->Mask & kTouches) == 0) continue;
    PSID who = &allowed->SidStart;
    if (!is_one_of_us(who) && sid_text(who) != kOwnerRights) found.others.push_back(sid_text(who));
  }
  return found;
}

Given give_to_service(const std::filesystem::path& folder, bool to_read_only) {
  Given given;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    given.problem = static_cast<DWORD>(problem.value());
    return given;
  }
  // The folder itself and not where it may lead; from here on nobody puts another in its place.
  const Handle opened(CreateFileW(folder.c_str(), READ_CONTROL | WRITE_DAC | FILE_READ_ATTRIBUTES,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING,
                                  FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT,
                                  nullptr));
  BY_HANDLE_FILE_INFORMATION facts{};
  if (!opened || !GetFileInformationByHandle(opened.get(), &facts)) {
    given.problem = GetLastError();
    return given;
  }
  given.is_link = (facts.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
  if (given.is_link) return given;
  const Sharing sharing = sharing_of(opened.get());
  given.problem = sharing.problem;
  given.foreign_owner = sharing.foreign_owner;
  if (given.problem != ERROR_SUCCESS || !given.foreign_owner.empty()) return given;

  const std::wstring text = std::wstring(L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;") +
                            (to_read_only ? L"0x1200a9" : L"FA") + L";;;" + wide_of(kServiceSid) +
                            L")";
  PSECURITY_DESCRIPTOR described = nullptr;
  BOOL present = FALSE;
  BOOL defaulted = FALSE;
  PACL list = nullptr;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1,
                                                            &described, nullptr)) {
    given.problem = GetLastError();
    return given;
  }
  const LocalMemory freed(described);
  GetSecurityDescriptorDacl(described, &present, &list, &defaulted);
  // The first also changes what is in the folder; the second takes nothing over from the folder
  // above, which Wine's first does.
  given.problem = SetSecurityInfo(opened.get(), SE_FILE_OBJECT,
                                  DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
                                  nullptr, nullptr, list, nullptr);
  if (given.problem == ERROR_SUCCESS &&
      !SetKernelObjectSecurity(opened.get(), DACL_SECURITY_INFORMATION, described))
    given.problem = GetLastError();
  return given;
}

}  // namespace semafoor::os::windows
