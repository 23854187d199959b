// SPDX-License-Identifier: Apache-2.0
//
// Reads XML that somebody else wrote. Nothing outside the bytes is ever opened: a document with a
// DOCTYPE is refused as a whole, so that there are no entities to expand or fetch. Processing
// instructions are refused too (SOAP 1.1 section 3); comments are dropped, CDATA is text.
#pragma once

#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/xml/document.h"
#include "gateway/upstream/xml/limits.h"

namespace semafoor::upstream::xml {

// Bytes as they came. Only UTF-8 is read, with or without a byte order mark: what two readers
// decode differently, two readers understand differently.
// Errors: those of check_structure, "xml.encoding", "xml.malformed" (not well-formed, or with an
// undeclared prefix).
Result<Document> read(std::string_view bytes, const Limits& limits = {});

// Text that was decoded already, as a document inside a document: what its declaration says of an
// encoding no longer holds and is ignored.
Result<Document> read_decoded(std::string_view text, const Limits& limits = {});

}  // namespace semafoor::upstream::xml
