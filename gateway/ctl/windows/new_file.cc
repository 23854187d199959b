// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/new_file.h"

namespace semafoor::ctl {

File make_file(const std::filesystem::path& path) {
  return File(_wfopen(path.c_str(), L"wb"));
}

}  // namespace semafoor::ctl
