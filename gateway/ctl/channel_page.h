// SPDX-License-Identifier: Apache-2.0
//
// Channels and half-yearly lists that go back, as people read and write them.
#pragma once

#include <string>

#include "semafoor/v1/channels.pb.h"

namespace semafoor::ctl {

// "lists", "parallel", "electronic"; UNSPECIFIED for another word.
v1::ChannelMode channel_of(const std::string& name);
std::string channel_name(v1::ChannelMode mode);

std::string channel_page(const v1::GetChannelResponse& response);
std::string channel_page(const v1::SetChannelResponse& response);
// Months, advice, obstacles, and the differences that are shown.
std::string reconciliation_page(const v1::GetReconciliationResponse& response);
std::string returns_page(const v1::ListReturnsResponse& response);
std::string return_page(const v1::PrepareReturnResponse& response);
std::string return_line(const v1::ListReturn& its);

// First or last day of a month written yyyy-mm; false when it is none.
bool read_month(const std::string& text, bool last_day, v1::Date& date);

}  // namespace semafoor::ctl
