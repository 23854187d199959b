// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "gateway/backup/manifest.h"
#include "gateway/store/blobs.h"

namespace semafoor::backup {

// Copies the blob and gives its size; durable when it returns. Errors of the kind data_loss: what
// is in `from` is not, or not all of, what bears that name.
Result<std::int64_t> copy_blob(store::Blobs& from, store::Blobs& to,
                               const Manifest::Attachment& blob);
// The same without copying.
Result<std::int64_t> check_blob(store::Blobs& from, const Manifest::Attachment& blob);

}  // namespace semafoor::backup
