// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/domain/result.h"
#include "gateway/upstream/ebox_client.h"

namespace semafoor::upstream::ebox21 {

// Contract: pageSize 1 to 100.
inline constexpr int kLargestPage = 100;

// The query of GET /ebox/messages, or "upstream.bad_filter": a provider answers 400 to what breaks
// the bounds (reference ebox-api 2.3), and says less about it.
Result<std::string> list_query(const ListFilter& filter);

}  // namespace semafoor::upstream::ebox21
