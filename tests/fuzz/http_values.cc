// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/http/retry_after.h"
#include "gateway/upstream/http/url.h"
#include "gateway/upstream/json/encoding.h"
#include "tests/fuzz/target.h"

using namespace semafoor;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  (void)upstream::parse_http_date(text);
  for (const std::string_view date : {std::string_view(), text}) {
    const auto wait = upstream::parse_retry_after(text, date, 1'795'000'000);
    fuzz::must(!wait || (*wait >= 0 && *wait <= upstream::kLongestRetryAfterMs),
               "a wait is within its bounds");
  }
  if (const auto url = upstream::checked_base_url(text, "ebox"); url) {
    const auto again = upstream::checked_base_url(*url, "ebox");
    fuzz::must(again && *again == *url, "a good address stays as it is");
    fuzz::must(url->starts_with("http://") || url->starts_with("https://"),
               "an address is one of HTTP");
  } else {
    fuzz::must_be_useful(url.error());
  }
  const auto below = upstream::path_under("https://provider.example/v2", text);
  fuzz::must(below.empty() || text.find(below) != std::string_view::npos,
             "a path is a part of its address");
  (void)upstream::shown_url(text);
  const auto decoded = upstream::base64_decoded(upstream::base64url(text));
  fuzz::must(decoded && *decoded == text, "base64url there and back");
  (void)upstream::base64_decoded(text);
  return 0;
}
