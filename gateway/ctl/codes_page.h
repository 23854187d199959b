// SPDX-License-Identifier: Apache-2.0
//
// Code tables, as people read them.
#pragma once

#include <string>

#include "gateway/codes/tables.h"
#include "semafoor/v1/codes.pb.h"

namespace semafoor::ctl {

// What a check found; as text, and as one JSON document.
std::string check_page(const std::string& file, const codes::Checked& checked);
std::string check_json(const std::string& file, const codes::Checked& checked);

std::string codes_page(const v1::ListCodesResponse& response);
// Every row of one code, with all its texts; empty when it is not there.
std::string code_page(const v1::ListCodesResponse& response, const std::string& code);
std::string loaded_page(const v1::LoadCodesResponse& response);
std::string withdrawn_page(const v1::WithdrawCodesResponse& response);
std::string rolled_back_page(const v1::RollbackCodesResponse& response);
std::string comparison_page(const v1::CompareCodesResponse& response);

}  // namespace semafoor::ctl
