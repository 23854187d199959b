// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/store/blind_index.h"
#include "gateway/store/blobs.h"
#include "gateway/store/data_keys.h"

namespace semafoor::store {

// The name under which the bytes of this SHA-256 (lower-case hex) are kept: itself, or its keyed
// hash where the organisation's data is sealed.
std::string blob_name(const BlindIndex& index, bool sealed, const std::string& org,
                      const std::string& sha256);

// Whether what is kept is sealed, by the end of its bytes.
Result<bool> is_sealed_blob(BlobReader& raw);

// The key of an organisation, made if it has none; null where nothing is sealed.
using KeySource = std::function<Result<DataKey>(const std::string& org)>;

// Blobs over where they are kept. The index outlives the object.
std::unique_ptr<Blobs> make_addressed_blobs(std::unique_ptr<RawBlobs> raw, const BlindIndex& index,
                                            KeySource keys);

}  // namespace semafoor::store
