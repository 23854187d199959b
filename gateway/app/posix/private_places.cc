// SPDX-License-Identifier: Apache-2.0
#include "gateway/app/private_places.h"

#include <sys/stat.h>
#include <unistd.h>

namespace semafoor::app {
namespace {

Error open_folder(const std::filesystem::path& folder, const char* code, const std::string& what,
                  const std::string& command) {
  return {.kind = ErrorKind::failed_precondition,
          .code = code,
          .message = "Looked whether " + folder.string() + " is for this account alone: " + what +
                     ". Run: " + command + ". Then start the gateway again; nothing was changed."};
}

}  // namespace

Result<void> check_private_folder(const std::filesystem::path& folder, const char* code) {
  struct stat status {};
  // What cannot be looked at cannot be used either, which is said where it is tried.
  if (::stat(folder.c_str(), &status) != 0) return {};
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return open_folder(folder, code, "other accounts may open it", "chmod 0700 " + folder.string());
  // Root works for whose folder it is.
  if (status.st_uid != ::geteuid() && status.st_uid != 0 && ::geteuid() != 0)
    return open_folder(folder, code, "it belongs to another account",
                       "chown " + std::to_string(::geteuid()) + " " + folder.string());
  return {};
}

}  // namespace semafoor::app
