// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <istream>

#include "gateway/audit/anchor_folder.h"
#include "gateway/domain/result.h"

namespace semafoor::audit {

// Verifies an exported chain (export_file.h): every byte of it, and that it goes through the
// anchors. `done` when it was read to its end; what stands in no line as it was written is a
// finding. Errors: "audit.not_an_export", of what begins like nothing of ours.
Result<v1::VerifyAuditResponse> check_file(std::istream& file, const AnchorsRead& anchors);

}  // namespace semafoor::audit
