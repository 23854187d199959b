// SPDX-License-Identifier: Apache-2.0
//
// Days as people write them on the command line: yyyy-mm-dd.
#pragma once

#include <optional>
#include <string>

#include "gateway/ctl/admin_client.h"
#include "semafoor/v1/common.pb.h"

namespace semafoor::ctl {

// False, and "usage.date", when it is no day of the calendar.
bool read_day(const std::string& text, v1::Date& day, Failure& failure);
// The same of two, of which an empty one is left out.
std::optional<v1::Period> read_period(const std::string& from, const std::string& to,
                                      Failure& failure);

}  // namespace semafoor::ctl
