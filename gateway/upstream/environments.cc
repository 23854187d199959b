// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/environments.h"

namespace semafoor::upstream {
namespace {

// Sources. Token endpoint v5, and that the audience of an assertion is its address: the NSSO's REST
// developer guide (www.rest-documentation.socialsecurity.be) and its OAuth examples
// (github.com/be-smals-ebox/OAuth-examples). That simulation takes tokens of production: onboarding
// page of Document Consumers (github.com/YiyaoShan/Documentation, Onboarding.md, step 3.1). Message
// registries: dev.eboxenterprise.be, docs/dc/document_consumer. Federation: contract 1.3
// (messageProviders).
constexpr char kProductionToken[] = "https://services.socialsecurity.be/REST/oauth/v5/token";
constexpr char kAcceptanceToken[] = "https://services-acpt.socialsecurity.be/REST/oauth/v5/token";

std::vector<Environment> made() {
  return {
      {.name = "production",
       .token_endpoint = kProductionToken,
       .audience = kProductionToken,
       .ebox_base_url =
           "https://services.socialsecurity.be/REST/ebox/enterprise/messageRegistry/v2",
       .registry_url = "https://services.socialsecurity.be/REST/ebox/enterprise/federation/v1"},
      {.name = "acceptance",
       .token_endpoint = kAcceptanceToken,
       .audience = kAcceptanceToken,
       .ebox_base_url =
           "https://services-acpt.socialsecurity.be/REST/ebox/enterprise/messageRegistry/v2",
       .registry_url =
           "https://services-acpt.socialsecurity.be/REST/ebox/enterprise/federation/v1"},
      // Speaks version 3 only. No registry is documented for it.
      {.name = "simulation",
       .token_endpoint = kProductionToken,
       .audience = kProductionToken,
       .ebox_base_url = "https://services-sim.socialsecurity.be/REST/ebox/enterprise/"
                        "messageRegistry/consultationIntegrationTest/v3",
       .registry_url = {}},
      {.name = "custom",
       .token_endpoint = {},
       .audience = {},
       .ebox_base_url = {},
       .registry_url = {}},
  };
}

}  // namespace

const std::vector<Environment>& environments() {
  static const std::vector<Environment> kEnvironments = made();
  return kEnvironments;
}

const Environment* environment_named(std::string_view name) {
  for (const Environment& one : environments()) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace semafoor::upstream
