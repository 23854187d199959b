// SPDX-License-Identifier: Apache-2.0
//
// What can be said of a document by its angle brackets alone, in one pass and without memory: a
// parser that is asked afterwards cannot be made to build more than the limits allow.
#pragma once

#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/xml/limits.h"

namespace semafoor::upstream::xml {

// Whether the text is well-formed is not judged here; what is not may pass. `text` is UTF-8 without
// a byte order mark. "xml.doctype", "xml.instruction", "xml.too_large", "xml.too_deep",
// "xml.too_many".
Result<void> check_structure(std::string_view text, const Limits& limits);

// Encoding that the XML declaration names; empty when it names none.
std::string_view declared_encoding(std::string_view text);

}  // namespace semafoor::upstream::xml
