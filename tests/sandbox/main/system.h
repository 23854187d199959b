// SPDX-License-Identifier: Apache-2.0
//
// What the program needs of the operating system: to be ended, and files of its own.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace semafoor::sandbox {

// Waits for SIGTERM or SIGINT (on Windows: Ctrl-C). Made before any thread exists.
class End {
 public:
  static std::unique_ptr<End> watch();
  virtual ~End() = default;
  // With `or_stdin` also for the end of standard input.
  virtual void wait(bool or_stdin) = 0;
};

// A secret one may be read by this account only.
enum class Readers { everybody, this_account };
// Whole or not at all: whoever waits for the port file must not read half of it. Throws
// std::runtime_error.
void write_file(const std::string& path, const std::string& text,
                Readers readers = Readers::everybody);
void make_folder(const std::string& path, Readers readers);

}  // namespace semafoor::sandbox
