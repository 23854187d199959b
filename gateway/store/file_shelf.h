// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "gateway/vault/shelf.h"

namespace semafoor::store {

// A shelf of the vault as private files of one folder, which is made with the first of them.
std::unique_ptr<vault::Shelf> make_file_shelf(std::filesystem::path folder);

}  // namespace semafoor::store
