// SPDX-License-Identifier: Apache-2.0
//
// A plugin as thin as can be: the kit and the Mailbox service.
#include "plugins/kit/plugin.h"

#include "plugins/kit/instance.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::kit {

const Definition& definition() {
  static const auto* const plugin = [] {
    auto* made = new Definition{.id = "kit", .name = "Kit", .module = v1::MODULE_EBOX};
    made->methods = methods_of(v1::ListMessagesRequest::descriptor(), "Mailbox");
    return made;
  }();
  return *plugin;
}

}  // namespace semafoor::kit
