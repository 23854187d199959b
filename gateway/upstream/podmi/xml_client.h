// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "gateway/upstream/podmi/carrier.h"
#include "gateway/upstream/podmi_client.h"

namespace semafoor::upstream::podmi {

// The mailbox of `organisation` (CBE number), over SOA or SSDN.
std::shared_ptr<PodmiClient> make_xml_client(std::unique_ptr<Carrier> carrier,
                                             std::string organisation, FetchManner manner);

}  // namespace semafoor::upstream::podmi
