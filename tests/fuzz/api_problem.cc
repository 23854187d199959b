// SPDX-License-Identifier: Apache-2.0
//
// First byte: the status; then headers up to an empty line; then the body.
#include "gateway/domain/text.h"
#include "gateway/upstream/http/api_error.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto text = fuzz::text_of(data + 1, size - 1);
  upstream::HttpExchange exchange;
  exchange.delivery = upstream::Delivery::answered;
  exchange.status = 400 + data[0] % 200;
  for (;;) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || end == 0) break;
    const auto line = text.substr(0, end);
    const auto colon = line.find(':');
    exchange.headers.emplace_back(line.substr(0, colon),
                                  colon == std::string_view::npos ? "" : line.substr(colon + 1));
    text.remove_prefix(end + 1);
  }
  exchange.body = text;
  const auto problem = upstream::read_problem(exchange);
  fuzz::must(domain::is_utf8(problem.text), "what is shown is text");
  fuzz::must(!problem.retry_after_ms || *problem.retry_after_ms >= 0, "nobody waits for the past");
  const auto error =
      upstream::api_error({.url = "https://podmi.example/x", .purpose = "Reading"}, exchange);
  fuzz::must_be_useful(error);
  (void)upstream::is_answer_of_api(exchange);
  return 0;
}
