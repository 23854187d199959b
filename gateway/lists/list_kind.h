// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "semafoor/v1/mailbox.pb.h"

namespace semafoor::lists {

// What the rows of a document become.
enum class ListKind { none, statement, signals, notices };

// By the family of its message; none: it is not a list, and nobody tries to read it as one.
constexpr ListKind kind_of(v1::MessageFamily family) {
  switch (family) {
    case v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON:
    case v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EQUIVALENT_LEEFLOON:
    case v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_EMPLOYMENT:
      return ListKind::statement;
    case v1::MESSAGE_FAMILY_KNIPPERLICHT_MONTHLY_LIST:
    case v1::MESSAGE_FAMILY_KNIPPERLICHT_HALF_YEARLY_LIST:
      return ListKind::signals;
    case v1::MESSAGE_FAMILY_CORRECTION:
    case v1::MESSAGE_FAMILY_YEARLY_OVERVIEW:
    case v1::MESSAGE_FAMILY_FORMS_IN_RECEPTION:
    case v1::MESSAGE_FAMILY_FORMS_BLOCKED:
    case v1::MESSAGE_FAMILY_OVERLAPPING:
    case v1::MESSAGE_FAMILY_STATUS_CHANGE:
      return ListKind::notices;
    default:
      return ListKind::none;
  }
}

}  // namespace semafoor::lists
