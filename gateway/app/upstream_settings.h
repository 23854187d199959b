// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/app/settings_reader.h"
#include "gateway/upstream/upstreams.h"

namespace semafoor::app {

// The section [upstream]: an environment, and whatever is to be different from it. Says whether the
// proxy may be shown: one that is refused may hold a password.
bool read_upstream(SettingsReader::Section section, upstream::UpstreamOptions& options);

}  // namespace semafoor::app
