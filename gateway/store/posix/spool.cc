// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/posix/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "gateway/store/files.h"
#include "gateway/store/posix/descriptor.h"

namespace semafoor::store {
namespace {

class FileSpool : public Spool {
 public:
  FileSpool(std::filesystem::path path, Descriptor file)
      : path_(std::move(path)), file_(std::move(file)) {}
  Result<void> append(std::span<const std::byte> bytes) override {
    if (const int error = file_.write_all(bytes.data(), bytes.size()); error != 0)
      return file_error("write an attachment", path_, error);
    return {};
  }
  Result<void> read(std::int64_t offset, std::span<std::byte> buffer) override {
    while (!buffer.empty()) {
      const ssize_t count = ::pread(file_.get(), buffer.data(), buffer.size(), offset);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return file_error("read an attachment", path_, count < 0 ? errno : EIO);
      offset += count;
      buffer = buffer.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

 private:
  // For errors: the name is gone.
  const std::filesystem::path path_;
  const Descriptor file_;
};

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& folder) {
  if (auto made = make_folder(folder); !made) return std::move(made).error();
  std::string pattern = (folder / "attachment-XXXXXX").string();
  Descriptor file(::mkostemp(pattern.data(), O_CLOEXEC));
  if (file.get() < 0) return file_error("create a file for an attachment", pattern, errno);
  if (::unlink(pattern.c_str()) != 0)
    return file_error("unlink a file for an attachment", pattern, errno);
  return std::unique_ptr<Spool>(std::make_unique<FileSpool>(pattern, std::move(file)));
}

}  // namespace semafoor::store
