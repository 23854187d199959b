// SPDX-License-Identifier: Apache-2.0
//
// A kept answer of the mailbox over SOA and SSDN, whole or broken off anywhere.
#include "gateway/upstream/json/slices.h"
#include "gateway/upstream/podmi/carrier.h"
#include "tests/fuzz/target.h"

using namespace semafoor;
using namespace semafoor::upstream;

namespace {

podmi::SoapClients nobody() {
  return []() -> Result<std::unique_ptr<soap::Client>> { return Error{.code = "none"}; };
}

void read(podmi::Carrier& carrier, const std::string& body, bool broke_off) {
  const auto response = carrier.read_kept(body, broke_off);
  if (!response) return fuzz::must_be_useful(response.error());
  const auto batch = podmi::read_messages(response->content);
  for (const auto& item : batch.items) {
    fuzz::must(!item.id.empty() && !item.cursor.empty(),
               "a message that was read can be acknowledged");
    // It is kept in a form that reads as the same.
    const auto content = podmi::read_message(item, "0100100139");
    if (!content) fuzz::must_be_useful(content.error());
  }
  v1::FeedbackItem item;
  item.set_client_reference("ABCDEFGHIJKLMNO");
  (void)podmi::read_outcome(response->content, item);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  const auto soa = podmi::make_soa_carrier(nobody(), {});
  const auto ssdn = podmi::make_ssdn_carrier(nobody(), {});
  for (const bool broke_off : {false, true}) {
    read(*soa, text, broke_off);
    read(*ssdn, text, broke_off);
  }
  for (const auto element : upstream::whole_elements(text)) {
    fuzz::must(!element.empty(), "an element has content");
  }
  return 0;
}
