// SPDX-License-Identifier: Apache-2.0
//
// The file of a return: the list as it came, with the codes in their column.
#pragma once

#include <filesystem>
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

// CSV unless it is XLSX, which is put together in `work_folder` (sheets/sheet.h says what that must
// be). The same rows give the same bytes.
Result<ReturnFile> write_return(const v1::ListReturn& its, const std::vector<v1::ReturnRow>& rows,
                                v1::ReturnFormat format, const std::filesystem::path& work_folder);

}  // namespace semafoor::changeover
