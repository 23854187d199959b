// SPDX-License-Identifier: Apache-2.0
#include "gateway/ctl/new_file.h"

#include <system_error>

#include "gateway/os/utf8_path.h"

namespace semafoor::ctl {

NewFile::NewFile(const std::string& name) : path_(os::path_of(name)) {}

NewFile::~NewFile() {
  if (!made_ || whole_) return;
  file_.reset();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

bool NewFile::is_there() const {
  // A folder that may not be looked into shows when the file is opened.
  std::error_code ignored;
  return std::filesystem::exists(path_, ignored);
}

bool NewFile::open() {
  file_ = make_file(path_);
  made_ = file_ != nullptr;
  return made_;
}

void NewFile::write(const std::string& bytes) {
  std::fwrite(bytes.data(), 1, bytes.size(), file_.get());
}

bool NewFile::finish() {
  const bool written = std::ferror(file_.get()) == 0;
  // What waited in memory goes to the disk here.
  whole_ = std::fclose(file_.release()) == 0 && written;
  return whole_;
}

}  // namespace semafoor::ctl
