// SPDX-License-Identifier: Apache-2.0
//
// The file that a command writes what it fetched into.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace semafoor::ctl {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// A file to write into, which nobody but this account may open from the moment that it is there;
// on Windows whoever its folder admits. Null when it cannot be made, on POSIX also when something
// of that name is there. Of the operating system (posix/, windows/).
File make_file(const std::filesystem::path& path);

// A file that is made whole or not at all: what was written of it goes when it is not finished.
class NewFile {
 public:
  // UTF-8.
  explicit NewFile(const std::string& name);
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();

  bool is_there() const;
  // As make_file(). Once, before what follows.
  bool open();
  void write(const std::string& bytes);
  // Whether all of it was written.
  bool finish();

 private:
  const std::filesystem::path path_;
  File file_;
  bool made_ = false;
  bool whole_ = false;
};

}  // namespace semafoor::ctl
