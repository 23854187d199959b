// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "gateway/store/blobs.h"
#include "gateway/store/postgresql/sessions.h"

namespace semafoor::store::postgresql {

// Blobs as rows of kPieceBytes, where every gateway reaches them. What arrives waits in a nameless
// file of `spool` until it is whole: no transaction is open while an upstream takes its time.
std::unique_ptr<RawBlobs> make_blobs(Sessions& sessions, std::filesystem::path spool);

}  // namespace semafoor::store::postgresql
