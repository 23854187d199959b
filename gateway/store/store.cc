// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/store.h"

#include <future>

namespace semafoor::store {

Result<void> Store::write_and_wait(Work work) {
  std::promise<Result<void>> promise;
  auto answer = promise.get_future();
  write(std::move(work), [&promise](const Result<void>& result) { promise.set_value(result); });
  return answer.get();
}

}  // namespace semafoor::store
