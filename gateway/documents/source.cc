// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/source.h"

#include <algorithm>
#include <cstring>
#include <system_error>

namespace semafoor::documents {
namespace {

class SourceStream : public ByteStream {
 public:
  explicit SourceStream(const Source& source) : source_(&source) {}

  Result<std::size_t> read(std::span<char> to) override {
    auto count = source_->read_at(offset_, to);
    if (count) offset_ += *count;
    return count;
  }

 private:
  const Source* source_;
  std::uint64_t offset_ = 0;
};

Error unreadable(const std::string& name, const std::string& problem) {
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "document.unreadable",
               .message = "Reading " + name + ": " + problem +
                          ". Check that it exists and that this account may read it."};
}

}  // namespace

Opener opener_of(const Source& source) {
  return [&source]() -> Result<std::unique_ptr<ByteStream>> {
    return std::unique_ptr<ByteStream>(std::make_unique<SourceStream>(source));
  };
}

Result<std::size_t> read_full(ByteStream& stream, std::span<char> to) {
  std::size_t filled = 0;
  while (filled < to.size()) {
    auto got = stream.read(to.subspan(filled));
    if (!got) return got;
    if (*got == 0) break;
    filled += *got;
  }
  return filled;
}

Result<std::size_t> MemorySource::read_at(std::uint64_t offset, std::span<char> to) const {
  if (offset >= bytes_.size()) return std::size_t{0};
  const std::size_t count = std::min(to.size(), bytes_.size() - static_cast<std::size_t>(offset));
  std::memcpy(to.data(), bytes_.data() + offset, count);
  return count;
}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::filesystem::path& file) {
  std::error_code problem;
  const bool regular = std::filesystem::is_regular_file(file, problem);
  if (problem) return unreadable(file.string(), problem.message());
  if (!regular) return unreadable(file.string(), "it is no file");
  const auto size = std::filesystem::file_size(file, problem);
  std::ifstream stream(file, std::ios::binary);
  if (problem || !stream) return unreadable(file.string(), "it cannot be opened");
  return std::unique_ptr<FileSource>(new FileSource(std::move(stream), size, file.string()));
}

Result<std::size_t> FileSource::read_at(std::uint64_t offset, std::span<char> to) const {
  if (offset >= size_ || to.empty()) return std::size_t{0};
  file_.clear();
  file_.seekg(static_cast<std::streamoff>(offset));
  file_.read(to.data(), static_cast<std::streamsize>(to.size()));
  if (file_.bad()) return unreadable(name_, "it could not be read to its end");
  return static_cast<std::size_t>(file_.gcount());
}

}  // namespace semafoor::documents
