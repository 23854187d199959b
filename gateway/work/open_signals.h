// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::work {

// Every signal of one snapshot that `query` finds, page by page. Newest receipt first.
Result<void> each_signal(store::Reader& reader, const store::Org& org, store::SignalQuery query,
                         const std::function<void(v1::Signal&)>& visit);

// Ids of the open ones that `wanted` says yes to, oldest receipt first.
Result<std::vector<std::string>> open_ids(store::Store& store, const store::Org& org,
                                          const std::function<bool(const v1::Signal&)>& wanted);

}  // namespace semafoor::work
