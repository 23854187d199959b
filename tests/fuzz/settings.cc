// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "gateway/app/config.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = app::parse_config(std::string(fuzz::text_of(data, size)), "gateway.toml");
  for (const auto& problem : loaded.problems)
    fuzz::must(!problem.message.empty(), "a problem says what it is");
  (void)app::parse_listen(std::string(fuzz::text_of(data, size)));
  return 0;
}
