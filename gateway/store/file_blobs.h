// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "gateway/store/blobs.h"

namespace semafoor::store {

// Blobs as files: <folder>/<org>/<first two hex digits>/<name>.
std::unique_ptr<RawBlobs> make_file_blobs(std::filesystem::path folder);

}  // namespace semafoor::store
