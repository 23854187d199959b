// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "gateway/domain/result.h"
#include "gateway/store/store.h"

namespace semafoor::changeover {

// A question to the store whose answer is one value.
template <typename T>
Result<T> asked(store::Store& store, const std::function<Result<T>(store::Reader&)>& question) {
  Result<T> answer = T();
  const auto read = store.read([&](store::Reader& reader) -> Result<void> {
    answer = question(reader);
    if (!answer) return answer.error();
    return {};
  });
  if (!read) return read.error();
  return answer;
}

// The same for a change; it may be run again, and begins anew each time. Returns after the commit.
template <typename T>
Result<T> changed(store::Store& store,
                  const std::function<Result<T>(store::Transaction&)>& change) {
  Result<T> answer = T();
  const auto written = store.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    answer = change(tx);
    if (!answer) return answer.error();
    return {};
  });
  if (!written) return written.error();
  return answer;
}

}  // namespace semafoor::changeover
