// SPDX-License-Identifier: Apache-2.0
//
// What POSIX says with 0600 and 0700: an access list that names this account, the service, the
// system and the administrators, and takes nothing over from the folder above.
#pragma once

#include <windows.h>

#include <filesystem>
#include <string>
#include <vector>

namespace semafoor::os::windows {

// For CreateFileW, CreateDirectoryW and the kernel's objects. What is made in a folder that was
// made so gets the same list, whoever makes it.
class PrivateAccess {
 public:
  PrivateAccess();
  ~PrivateAccess();
  PrivateAccess(const PrivateAccess&) = delete;
  PrivateAccess& operator=(const PrivateAccess&) = delete;
  // Null when the system did not understand the list: nothing may be made then.
  SECURITY_ATTRIBUTES* get() { return descriptor_ == nullptr ? nullptr : &attributes_; }

 private:
  PSECURITY_DESCRIPTOR descriptor_ = nullptr;
  SECURITY_ATTRIBUTES attributes_{sizeof(SECURITY_ATTRIBUTES), nullptr, FALSE};
};

struct Given {
  DWORD problem = ERROR_SUCCESS;
  // Nothing was changed then: it leads elsewhere.
  bool is_link = false;
  // Nothing was changed then: the owner, when it is not one of us.
  std::string foreign_owner;
};
// Makes the folder, should it not be there, and gives it to the gateway's service (to read only,
// when asked), the system and the administrators; what is made in it inherits that.
Given give_to_service(const std::filesystem::path& folder, bool to_read_only);

// This account, the gateway's service, the system or the administrators.
bool is_one_of_us(PSID account);

// Who made an object of the kernel's, when it is not one of us: a SID, or why nobody knows.
std::string foreign_maker(HANDLE object);

struct Sharing {
  // ERROR_SUCCESS, or why the list could not be read.
  DWORD problem = ERROR_SUCCESS;
  // The owner, when it is not one of us.
  std::string foreign_owner;
  // Others who may read or change it.
  std::vector<std::string> others;
};
// Who may do something with an open file, by its access list.
Sharing sharing_of(HANDLE file);

}  // namespace semafoor::os::windows
