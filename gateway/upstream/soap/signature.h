// SPDX-License-Identifier: Apache-2.0
//
// A ds:Signature taken apart. Only the profile that is agreed is understood; everything else that
// XML Signature offers is refused, because each transform more is one more way to sign something
// other than what is read.
#pragma once

#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "gateway/upstream/xml/document.h"

namespace semafoor::upstream::soap {

struct Reference {
  // wsu:Id of what it is about.
  std::string id;
  // InclusiveNamespaces.
  std::vector<std::string> prefixes;
  std::string digest;
};

struct Signature {
  xml::Element signed_info;
  std::vector<std::string> prefixes;
  std::vector<Reference> references;
  std::string value;
  // wsu:Id of the token that KeyInfo names.
  std::string token_id;
};

// "soap.signature_algorithm" for another algorithm or transform (SHA-1 among them),
// "soap.signature_malformed" for everything else that is not of the profile.
Result<Signature> read_signature(const xml::Element& element);

Error signature_problem(const char* code, const std::string& what);

}  // namespace semafoor::upstream::soap
