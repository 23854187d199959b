// SPDX-License-Identifier: Apache-2.0
//
// What the headers of an answer allow a cache to do (RFC 9111).
#pragma once

#include <chrono>
#include <string>

#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream::ebox21 {

struct CacheRules {
  // No later than this long after the answer came; 0: ask again each time.
  std::chrono::seconds fresh_for{0};
  // Worth keeping at all: it stays fresh for a while, or can be asked for again by its ETag.
  bool keep = false;
  // Also for others than the one who asked: an answer to a request with a token is that only when
  // it says so (section 3.5).
  bool shared = false;
  // As written, quotes included; empty when there is none.
  std::string etag;
};

// A lifetime longer than a week counts as a week (a bound of ours; the official advice is two days,
// reference ebox-api 2.7).
CacheRules read_cache_rules(const HttpExchange& exchange);

}  // namespace semafoor::upstream::ebox21
