// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/ksz/signature.h"

#include <libxml/valid.h>
#include <xmlsec/crypto.h>
#include <xmlsec/keys.h>
#include <xmlsec/transforms.h>
#include <xmlsec/xmldsig.h>

#include <memory>
#include <set>

#include "tests/sandbox/ksz/names.h"
#include "tests/sandbox/ksz/xmlsec.h"

namespace semafoor::sandbox::ksz {
namespace {

bool has_algorithm(const Node& parent, std::string_view name, std::string_view algorithm) {
  auto element = parent ? parent.only(kDs, name) : Node();
  return element && element.attribute("", "Algorithm") == algorithm;
}

// One reference of the profile; its URI, or nullopt.
std::optional<std::string> uri_of(const Node& reference) {
  auto transforms = reference.only(kDs, "Transforms");
  if (!transforms || transforms.children().size() != 1 ||
      !has_algorithm(transforms, "Transform", kExclusive) ||
      !has_algorithm(reference, "DigestMethod", kSha256)) {
    return std::nullopt;
  }
  return reference.attribute("", "URI");
}

// What xmlsec would allow and the profile does not.
std::optional<std::string> judge_form(const Node& signature, const std::string& token_id,
                                      std::set<std::string> wanted) {
  auto info = signature.only(kDs, "SignedInfo");
  if (!has_algorithm(info, "CanonicalizationMethod", kExclusive) ||
      !has_algorithm(info, "SignatureMethod", kRsaSha256)) {
    return "the signature is not RSA-SHA256 over exclusive c14n";
  }
  for (const auto& reference : info.children(kDs, "Reference")) {
    auto uri = uri_of(reference);
    if (!uri) return "a reference is not exclusive c14n with SHA-256";
    if (!uri->starts_with("#") || wanted.erase(uri->substr(1)) == 0) {
      return "a reference leads elsewhere than to token, Timestamp and Body";
    }
  }
  if (!wanted.empty()) return "token, Timestamp and Body are not all signed";
  auto key = signature.only(kDs, "KeyInfo");
  auto how = key ? key.only(kWsse, "SecurityTokenReference") : Node();
  auto which = how ? how.only(kWsse, "Reference") : Node();
  if (!which || which.attribute("", "URI") != "#" + token_id) {
    return "the KeyInfo does not refer to the token";
  }
  return std::nullopt;
}

struct FreeContext {
  void operator()(xmlSecDSigCtx* context) const { xmlSecDSigCtxDestroy(context); }
};

bool verifies(const Node& signature, const std::string& der) {
  if (!xmlsec_ready()) return false;
  std::unique_ptr<xmlSecDSigCtx, FreeContext> context(xmlSecDSigCtxCreate(nullptr));
  if (!context) return false;
  context->enabledReferenceUris = xmlSecTransformUriTypeSameDocument;
  context->flags |= XMLSEC_DSIG_FLAGS_IGNORE_MANIFESTS;
  if (xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformExclC14NId) < 0 ||
      xmlSecDSigCtxEnableReferenceTransform(context.get(), xmlSecTransformSha256Id) < 0 ||
      xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformExclC14NId) < 0 ||
      xmlSecDSigCtxEnableSignatureTransform(context.get(), xmlSecTransformRsaSha256Id) < 0) {
    return false;
  }
  // The key that was registered, whatever KeyInfo says.
  context->signKey = xmlSecCryptoAppKeyLoadMemory(
      reinterpret_cast<const xmlSecByte*>(der.data()), static_cast<xmlSecSize>(der.size()),
      xmlSecKeyDataFormatCertDer, nullptr, nullptr, nullptr);
  return context->signKey != nullptr && xmlSecDSigCtxVerify(context.get(), signature.get()) == 0 &&
         context->status == xmlSecDSigStatusSucceeded;
}

}  // namespace

std::optional<std::string> judge_signature(const Document& document, const Node& signature,
                                           const std::array<Node, 3>& parts,
                                           const std::string& certificate_der) {
  std::set<std::string> ids;
  for (const auto& part : parts) {
    auto id = part.attribute(kWsu, "Id");
    if (!id || id->empty() || !ids.insert(*id).second) {
      return "token, Timestamp and Body need a wsu:Id each";
    }
    auto* attribute = xmlHasNsProp(part.get(), reinterpret_cast<const xmlChar*>("Id"),
                                   reinterpret_cast<const xmlChar*>(kWsu));
    if (xmlAddID(nullptr, document.get(), reinterpret_cast<const xmlChar*>(id->c_str()),
                 attribute) == nullptr) {
      return "an id is there twice";
    }
  }
  auto token_id = *parts.front().attribute(kWsu, "Id");
  if (auto wrong = judge_form(signature, token_id, ids)) return wrong;
  if (!verifies(signature, certificate_der)) return "the signature does not verify";
  return std::nullopt;
}

}  // namespace semafoor::sandbox::ksz
