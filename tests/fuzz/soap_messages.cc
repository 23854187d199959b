// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/soap/common.h"
#include "gateway/upstream/soap/fault.h"
#include "gateway/upstream/soap/verification.h"
#include "gateway/upstream/ssdn/connector.h"
#include "gateway/upstream/xml/reader.h"
#include "tests/fuzz/target.h"

using namespace semafoor;
using namespace semafoor::upstream;

namespace {

void read_tunnel(const xml::Element& payload) {
  auto inner = ssdn::untunnelled(payload);
  if (!inner) return fuzz::must_be_useful(inner.error());
  const auto reply = ssdn::read_reply(std::move(*inner));
  if (!reply) return fuzz::must_be_useful(reply.error());
  if (const auto verdict = ssdn::judged(*reply, "r"); !verdict) {
    fuzz::must_be_useful(verdict.error());
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = xml::read(fuzz::text_of(data, size));
  if (!document) return 0;
  const auto envelope = soap::read_envelope(*document);
  if (!envelope) {
    fuzz::must_be_useful(envelope.error());
    return 0;
  }
  // Nobody is trusted, so nothing may be.
  const auto verified = soap::verify(*envelope, {}, 1'795'867'200'000);
  fuzz::must(!verified.ok(), "without a trusted certificate nothing verifies");
  fuzz::must_be_useful(verified.error());
  if (const auto fault = soap::fault_of(*envelope)) {
    fuzz::must_be_useful(soap::error_of(*fault));
    return 0;
  }
  if (!envelope->payload) return 0;
  if (const auto verdict = soap::judged(soap::read_common_answer(*envelope->payload), "t");
      !verdict) {
    fuzz::must_be_useful(verdict.error());
  }
  read_tunnel(*envelope->payload);
  return 0;
}
