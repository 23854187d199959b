// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/xml/document.h"

namespace semafoor::upstream::xml {

inline constexpr char kExclusiveCanonical[] = "http://www.w3.org/2001/10/xml-exc-c14n#";

// `element` in Exclusive XML Canonicalization 1.0, without comments. `prefixes`: the
// InclusiveNamespaces PrefixList, "#default" for the default namespace. "xml.not_canonical" for
// what has no canonical form (relative namespace names).
Result<std::string> exclusive_canonical(const Element& element,
                                        const std::vector<std::string>& prefixes = {});

}  // namespace semafoor::upstream::xml
