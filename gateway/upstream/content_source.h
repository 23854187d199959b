// SPDX-License-Identifier: Apache-2.0
//
// Bytes that leave the gateway without being held whole.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "gateway/domain/result.h"

namespace semafoor::upstream {

class ContentReader {
 public:
  virtual ~ContentReader() = default;
  // Fills a part of `into`, which is never empty, and says how much; 0 at the end.
  virtual Result<std::size_t> read(std::span<std::byte> into) = 0;
};

// Opens the content at its beginning, as often as asked: it is read once for its digest, and again
// for every time that it is sent. It must be the same each time.
using ContentSource = std::function<Result<std::unique_ptr<ContentReader>>()>;

}  // namespace semafoor::upstream
