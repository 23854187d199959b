// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/upstream/ebox21/calls.h"
#include "gateway/upstream/ebox21/reference_cache.h"

namespace semafoor::upstream::ebox21 {

// The operations below /referenceData, through the cache of the provider. Only an answer that could
// be read is kept. Safe from several threads.
class ReferenceData {
 public:
  // `owner`: the organisation, for what the provider does not call public.
  ReferenceData(Calls& calls, std::shared_ptr<ReferenceCache> cache, std::string owner)
      : calls_(calls), cache_(std::move(cache)), owner_(std::move(owner)) {}

  // Calls `take` with the elements of all pages, one JSON text each; it says whether the element
  // was new to it. `kind`: the segment of the path, "messageTypes".
  Result<void> all(const std::string& purpose, const std::string& kind,
                   const std::function<bool(std::string_view)>& take, std::stop_token stop);
  // The item with this id as it came; `id_of` reads the id from it, empty when it has none.
  Result<ReferenceCache::Body> one(const std::string& purpose, const std::string& kind,
                                   const std::string& id,
                                   const std::function<std::string(std::string_view)>& id_of,
                                   std::stop_token stop);
  Result<std::string> image(const std::string& kind, const std::string& owner_id,
                            const std::string& image_id, std::stop_token stop);

 private:
  // An answer, from the cache or fresh; the body is null when the list is said not to be there.
  struct Answer {
    HttpExchange exchange;
    ReferenceCache::Body body;
    // What to keep when the body turns out to be readable.
    bool news = false;
  };
  Result<Answer> ask(HttpRequest request, std::size_t most_bytes, bool list, std::stop_token stop);
  void keep(const HttpRequest& request, Answer& answer);

  Calls& calls_;
  const std::shared_ptr<ReferenceCache> cache_;
  const std::string owner_;
};

}  // namespace semafoor::upstream::ebox21
