// SPDX-License-Identifier: Apache-2.0
//
// What became of documents, as people read it.
#pragma once

#include <string>

#include "semafoor/v1/lists.pb.h"

namespace semafoor::ctl {

// A line for each document.
std::string readings_page(const v1::GetListReadingsResponse& response);
// One document with its files.
std::string reading_page(const v1::GetListReadingsResponse& response);
// A paragraph for each bad row.
std::string bad_rows_page(const v1::GetListReadingsResponse& response);
std::string again_page(const v1::ReadListsAgainResponse& response);

}  // namespace semafoor::ctl
