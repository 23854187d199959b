// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/backup/manifest.h"
#include "gateway/store/blobs.h"

namespace semafoor::backup {

// Copies the blob as it is kept, sealed or not, and gives its size; durable when it returns. Errors
// of the kind data_loss: what is in `from` is not, or not all of, what was stored under that name.
Result<std::int64_t> copy_blob(store::RawBlobs& from, store::RawBlobs& to,
                               const Manifest::Attachment& blob);
// The same without copying.
Result<std::int64_t> check_blob(store::RawBlobs& from, const Manifest::Attachment& blob);

}  // namespace semafoor::backup
