// SPDX-License-Identifier: Apache-2.0
//
// How long messages are kept (docs/retention.md): the organisation's own word before the gateway's
// settings, a family's before the general one. As in read_policy.h, except that nobody's word is
// "for ever".
#pragma once

#include <map>

#include "semafoor/v1/admin.pb.h"
#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::mailbox {

inline constexpr int kFewestDays = 30;
inline constexpr int kMostDays = 36'500;

// Days after the receipt; 0: for ever.
using FamilyDays = std::map<v1::MessageFamily, int>;

// Of the gateway's settings, for organisations that say nothing else.
struct RetentionDefaults {
  int general = 0;
  FamilyDays families;

  int of(v1::MessageFamily family) const;
};

// Whether so many days may be said: 0, or within the bounds.
bool is_retention(int days);

v1::RetentionInForce retention(const RetentionDefaults& defaults,
                               const v1::Organisation& organisation, v1::MessageFamily family);

// Puts `wanted` among the organisation's own; one that says nothing takes it out.
void set_retention(v1::Organisation& organisation, const v1::FamilyRetention& wanted);

}  // namespace semafoor::mailbox
