// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "gateway/domain/result.h"

namespace semafoor::rpc {

// The file that a process runs, held open: what stands at its path by now may be another one.
class Program {
 public:
  virtual ~Program() = default;
  // As the system says it. A process may have a view of the files of its own, so this is for
  // people.
  virtual const std::string& path() const = 0;
  // Whether this path leads to that very file.
  virtual bool is(const std::filesystem::path& file) const = 0;
  // Of its content, lower-case hexadecimal. "program.unreadable".
  virtual Result<std::string> sha256() const = 0;
};

// Asked only when a rule wants to know it. "program.unknown": the system does not say.
using ProgramLook = std::function<Result<std::shared_ptr<const Program>>()>;

}  // namespace semafoor::rpc
