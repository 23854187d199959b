// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/new_file.h"

#include <fcntl.h>
#include <unistd.h>

namespace semafoor::ctl {

File make_file(const std::filesystem::path& path) {
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) return nullptr;
  File file(::fdopen(made, "wb"));
  if (file == nullptr) ::close(made);
  return file;
}

}  // namespace semafoor::ctl
