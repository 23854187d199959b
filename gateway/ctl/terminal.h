// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace semafoor::ctl {

// Standard output is a terminal that understands colours, and nobody asked for none (NO_COLOR, see
// no-color.org).
bool shows_colours();

}  // namespace semafoor::ctl
