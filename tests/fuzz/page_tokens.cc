// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "gateway/rpc/requests.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const auto token = rpc::read_page_token(text, 7);
  if (!token) {
    fuzz::must_be_useful(token.error());
  } else if (*token) {
    fuzz::must(rpc::write_page_token(**token, 7) == text, "a token is only what was given out");
  }
  return 0;
}
