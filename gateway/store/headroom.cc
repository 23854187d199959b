// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/headroom.h"

namespace semafoor::store {

Result<void> Headroom::admit_intake() const {
  if (room() < Room::scarce) return {};
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "store.disk_low",
               .message =
                   "Fetching from the upstream: the disk of the gateway's data folder is nearly "
                   "full, and nothing more is fetched. It stays safe at the upstream. Free space "
                   "on that disk; it goes on by itself.",
               .retryable = true};
}

Result<void> Headroom::admit_work() const {
  if (room() < Room::none) return {};
  return Error{.kind = ErrorKind::resource_exhausted,
               .code = "store.disk_full",
               .message =
                   "Storing new work: the disk of the gateway's data folder is full, and nothing "
                   "was stored. Keep it and repeat; the administrator has to free space on that "
                   "disk. What was acknowledged before is safe.",
               .retryable = true};
}

}  // namespace semafoor::store
