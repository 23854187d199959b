// SPDX-License-Identifier: Apache-2.0
//
// The file of a return: the list as it came, with the codes in their column.
#pragma once

#include <string>
#include <vector>

#include "gateway/domain/result.h"
#include "semafoor/v1/channels.pb.h"

namespace semafoor::changeover {

struct ReturnFile {
  // Names the return, so that whoever finds the file can tell what it is.
  std::string name;
  std::string media_type;
  std::string bytes;
};

// The same rows give the same bytes. "channels.format_unknown".
Result<ReturnFile> write_return(const v1::ListReturn& its, const std::vector<v1::ReturnRow>& rows,
                                v1::ReturnFormat format);

}  // namespace semafoor::changeover
