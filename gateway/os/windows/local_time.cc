// SPDX-License-Identifier: Apache-2.0
#include "gateway/os/local_time.h"

namespace semafoor::os {

std::tm local_time(std::time_t moment) {
  std::tm broken_down{};
  ::localtime_s(&broken_down, &moment);
  return broken_down;
}

}  // namespace semafoor::os
