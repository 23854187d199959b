// SPDX-License-Identifier: Apache-2.0
//
// What an administrator may set of an organisation. Errors "request.invalid", with the field.
#pragma once

#include "gateway/domain/result.h"
#include "semafoor/v1/admin.pb.h"

namespace semafoor::rpc {

// Mends how the number is written ("0212.214.917").
Result<void> check_settings(v1::Organisation& wanted);
// A half one would leave the organisation without a way to its e-Box. `ends`: it is to be taken
// away.
Result<void> check_representative(const v1::Organisation& wanted, bool ends);
// A half one would be refused by the upstream every night.
Result<void> check_account(const v1::Organisation& wanted);
Result<void> check_nis_codes(const v1::Organisation& wanted);
// None leaves them as they are; "-" takes them away.
void set_nis_codes(const v1::Organisation& wanted, v1::Organisation& organisation);
// Language by language: who corrects the Dutch name keeps the French one.
void merge_name(const v1::LocalizedText& wanted, v1::LocalizedText& name);

}  // namespace semafoor::rpc
