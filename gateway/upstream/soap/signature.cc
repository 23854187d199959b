// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/signature.h"

#include <optional>
#include <sstream>
#include <string_view>

#include "gateway/upstream/http/api_error.h"
#include "gateway/upstream/soap/encoding.h"
#include "gateway/upstream/soap/names.h"
#include "gateway/upstream/xml/canonical.h"

namespace semafoor::upstream::soap {
namespace {

constexpr std::size_t kMostReferences = 16;
constexpr std::size_t kMostPrefixes = 32;

Error malformed_signature(const std::string& what) {
  return signature_problem("soap.signature_malformed", what);
}

// The children, when they are exactly these.
Result<std::vector<xml::Element>> exactly(const xml::Element& element, std::string_view uri,
                                          std::initializer_list<std::string_view> names) {
  std::vector<xml::Element> children = element.children();
  bool as_told = children.size() == names.size();
  std::size_t at = 0;
  for (const std::string_view name : names) {
    as_told = as_told && children[at++].is(uri, name);
  }
  if (as_told) return children;
  return malformed_signature("its " + shown_text(element.local_name()) +
                             " has other elements than the profile");
}

// The element's Algorithm must be `wanted`; it may have InclusiveNamespaces when `prefixes` is
// given, and nothing else.
Result<void> check_algorithm(const xml::Element& element, std::string_view wanted,
                             std::vector<std::string>* prefixes) {
  const std::string algorithm = element.attribute("", "Algorithm").value_or(std::string());
  if (algorithm != wanted) {
    return signature_problem("soap.signature_algorithm", "its " + shown_text(element.local_name()) +
                                                             " is '" + shown_text(algorithm) + "'");
  }
  for (const xml::Element& child : element.children()) {
    if (prefixes == nullptr || !prefixes->empty() ||
        !child.is(xml::kExclusiveCanonical, "InclusiveNamespaces")) {
      return signature_problem("soap.signature_algorithm",
                               "an algorithm has parameters that are not of the profile");
    }
    std::istringstream names(child.attribute("", "PrefixList").value_or(std::string()));
    for (std::string name; names >> name;) {
      if (prefixes->size() == kMostPrefixes) {
        return malformed_signature("it names too many prefixes");
      }
      prefixes->push_back(name);
    }
  }
  return {};
}

Result<Reference> read_reference(const xml::Element& element) {
  Reference reference;
  const std::string uri = element.attribute("", "URI").value_or(std::string());
  if (uri.size() < 2 || uri.front() != '#' || uri.find('(') != std::string::npos) {
    return malformed_signature("a reference does not lead to an Id of the message");
  }
  reference.id = uri.substr(1);
  const auto parts = exactly(element, kDs, {"Transforms", "DigestMethod", "DigestValue"});
  if (!parts) return parts.error();
  const std::vector<xml::Element> transforms = (*parts)[0].children();
  if (transforms.size() != 1 || !transforms[0].is(kDs, "Transform")) {
    return signature_problem("soap.signature_algorithm",
                             "a reference has not exactly one transform");
  }
  if (Result<void> known =
          check_algorithm(transforms[0], xml::kExclusiveCanonical, &reference.prefixes);
      !known) {
    return std::move(known).error();
  }
  if (Result<void> known = check_algorithm((*parts)[1], kSha256, nullptr); !known) {
    return std::move(known).error();
  }
  const auto digest = base64_binary((*parts)[2].text());
  if (!digest || digest->size() != 32) return malformed_signature("a digest is not one of SHA-256");
  reference.digest = *digest;
  return reference;
}

Result<void> read_signed_info(Signature& signature) {
  const std::vector<xml::Element> children = signature.signed_info.children();
  if (children.size() < 3 || !children[0].is(kDs, "CanonicalizationMethod") ||
      !children[1].is(kDs, "SignatureMethod")) {
    return malformed_signature("its SignedInfo has not what the profile asks for");
  }
  if (children.size() - 2 > kMostReferences)
    return malformed_signature("it has too many references");
  if (Result<void> known =
          check_algorithm(children[0], xml::kExclusiveCanonical, &signature.prefixes);
      !known) {
    return known;
  }
  if (Result<void> known = check_algorithm(children[1], kRsaSha256, nullptr); !known) return known;
  for (std::size_t at = 2; at < children.size(); ++at) {
    if (!children[at].is(kDs, "Reference")) {
      return malformed_signature("its SignedInfo has an element that is no reference");
    }
    Result<Reference> reference = read_reference(children[at]);
    if (!reference) return std::move(reference).error();
    signature.references.push_back(std::move(*reference));
  }
  return {};
}

// KeyInfo / SecurityTokenReference / Reference, and nothing beside: a key given in any other way
// would be one that nobody vouches for.
Result<std::string> read_token_id(const xml::Element& key_info) {
  const auto outer = exactly(key_info, kWsse, {"SecurityTokenReference"});
  if (!outer) return outer.error();
  const auto inner = exactly((*outer)[0], kWsse, {"Reference"});
  if (!inner) return inner.error();
  const std::string uri = (*inner)[0].attribute("", "URI").value_or(std::string());
  if (uri.size() < 2 || uri.front() != '#') {
    return malformed_signature("its KeyInfo does not lead to a token of the message");
  }
  return uri.substr(1);
}

}  // namespace

Error signature_problem(const char* code, const std::string& what) {
  return Error{.kind = ErrorKind::unauthenticated,
               .code = code,
               .message = "Verifying a SOAP message: " + what +
                          ". Its content is not used; tell the support of the system that sent it"};
}

Result<Signature> read_signature(const xml::Element& element) {
  const auto parts = exactly(element, kDs, {"SignedInfo", "SignatureValue", "KeyInfo"});
  if (!parts) return parts.error();
  Signature signature{.signed_info = (*parts)[0]};
  if (Result<void> read = read_signed_info(signature); !read) return std::move(read).error();
  const auto value = base64_binary((*parts)[1].text());
  if (!value || value->empty()) return malformed_signature("its SignatureValue is not base64");
  signature.value = *value;
  Result<std::string> token_id = read_token_id((*parts)[2]);
  if (!token_id) return std::move(token_id).error();
  signature.token_id = std::move(*token_id);
  return signature;
}

}  // namespace semafoor::upstream::soap
