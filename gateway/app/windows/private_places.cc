// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/private_places.h"

#include "gateway/os/windows/handle.h"
#include "gateway/os/windows/private_access.h"

namespace semafoor::app {

Result<void> check_private_folder(const std::filesystem::path& folder, const char* code) {
  const os::windows::Handle opened(CreateFileW(
      folder.c_str(), READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  // What cannot be looked at cannot be used either, which is said where it is tried.
  if (!opened) return {};
  const auto sharing = os::windows::sharing_of(opened.get());
  if (sharing.problem != ERROR_SUCCESS) return {};
  const std::string who = sharing.others.empty() ? sharing.foreign_owner : sharing.others.front();
  if (who.empty()) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = code,
               .message = "Looked whether " + folder.string() +
                          " is for the gateway alone: other accounts may open it (" + who +
                          "). Run: icacls \"" + folder.string() +
                          "\" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F "
                          "*S-1-5-32-544:(OI)(CI)F \"NT SERVICE\\SemafoorGateway\":(OI)(CI)F. Then "
                          "start the gateway again; nothing was changed."};
}

}  // namespace semafoor::app
