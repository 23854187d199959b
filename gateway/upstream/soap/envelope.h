// SPDX-License-Identifier: Apache-2.0
//
// The envelope of SOAP 1.1, document/literal: one payload element in the Body.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/domain/result.h"
#include "gateway/upstream/xml/document.h"

namespace semafoor::upstream::soap {

struct Envelope {
  xml::Element root;
  std::optional<xml::Element> header;
  xml::Element body;
  // The one element in the Body; unset when it is empty.
  std::optional<xml::Element> payload;
};

// Views into `document`. "soap.not_soap" when the root is no envelope of SOAP 1.1, when Header or
// Body are not there once and in this order, or when the Body has several elements.
Result<Envelope> read_envelope(const xml::Document& document);

// `header_blocks` (may be empty) and `payload` are XML of xml::Writer. With a `body_id` the Body
// bears it as wsu:Id.
Result<std::string> write_envelope(std::string_view header_blocks, std::string_view payload,
                                   std::string_view body_id = {});

}  // namespace semafoor::upstream::soap
