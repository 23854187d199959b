// SPDX-License-Identifier: Apache-2.0
#include "gateway/documents/inflated.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace semafoor::documents {
namespace {

constexpr std::size_t kChunk = 64 * 1024;

Error damaged(const char* code, const std::string& problem) {
  return Error{.kind = ErrorKind::invalid_argument,
               .code = code,
               .message = "Reading a member of a ZIP file: " + problem +
                          ". Ask for the file again, or fetch it again."};
}

class Inflated : public ByteStream {
 public:
  explicit Inflated(const Packed& packed) : packed_(packed), buffer_(packed.deflated ? kChunk : 0) {
    // Without a header of zlib's. Fails for want of memory alone.
    ready_ = !packed.deflated || inflateInit2(&stream_, -MAX_WBITS) == Z_OK;
  }
  ~Inflated() override {
    if (packed_.deflated && ready_) inflateEnd(&stream_);
  }
  Inflated(const Inflated&) = delete;
  Inflated& operator=(const Inflated&) = delete;

  Result<std::size_t> read(std::span<char> to) override {
    if (!ready_) return damaged("zip.malformed", "there is no memory for it");
    if (to.empty()) return std::size_t{0};
    // The last bytes are given only when all of them are right.
    for (;;) {
      if (done_) return std::size_t{0};
      auto got = packed_.deflated ? inflate_some(to) : copy_some(to);
      if (!got) return got.error();
      written_ += *got;
      crc_ = static_cast<std::uint32_t>(
          crc32(crc_, reinterpret_cast<const Bytef*>(to.data()), static_cast<uInt>(*got)));
      if (written_ > packed_.size)
        return damaged("zip.malformed", "it is larger than its directory says");
      if (ended_ || (*got == 0 && taken_ == packed_.packed) || written_ == packed_.size) {
        if (auto problem = check_end()) return *std::move(problem);
      }
      if (*got > 0 || done_) return *got;
    }
  }

 private:
  Result<std::size_t> copy_some(std::span<char> to) {
    const auto wanted =
        std::min<std::uint64_t>({to.size(), packed_.packed - taken_, std::uint64_t{1} << 30});
    if (wanted == 0) return std::size_t{0};
    auto got = packed_.source->read_at(packed_.offset + taken_,
                                       to.first(static_cast<std::size_t>(wanted)));
    if (!got) return got;
    if (*got == 0) return damaged("zip.malformed", "it ends before it should");
    taken_ += *got;
    return got;
  }

  Result<std::size_t> inflate_some(std::span<char> to) {
    to = to.first(std::min<std::size_t>(to.size(), std::size_t{1} << 30));
    if (stream_.avail_in == 0 && taken_ < packed_.packed) {
      const auto wanted = std::min<std::uint64_t>(buffer_.size(), packed_.packed - taken_);
      auto got = packed_.source->read_at(
          packed_.offset + taken_, std::span(buffer_).first(static_cast<std::size_t>(wanted)));
      if (!got) return got;
      if (*got == 0) return damaged("zip.malformed", "it ends before it should");
      taken_ += *got;
      stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
      stream_.avail_in = static_cast<uInt>(*got);
    }
    stream_.next_out = reinterpret_cast<Bytef*>(to.data());
    stream_.avail_out = static_cast<uInt>(to.size());
    const int outcome = ::inflate(&stream_, Z_NO_FLUSH);
    ended_ = outcome == Z_STREAM_END;
    const bool more = outcome == Z_OK || (outcome == Z_BUF_ERROR && taken_ < packed_.packed);
    if (!ended_ && !more) return damaged("zip.malformed", "its packed bytes are damaged");
    return to.size() - stream_.avail_out;
  }

  std::optional<Error> check_end() {
    // A deflated member may still owe the end mark of its last block.
    char surplus = 0;
    while (packed_.deflated && !ended_) {
      auto got = inflate_some({&surplus, 1});
      if (!got) return got.error();
      if (*got > 0) return damaged("zip.malformed", "it is larger than its directory says");
    }
    if (written_ != packed_.size || taken_ != packed_.packed || stream_.avail_in != 0)
      return damaged("zip.malformed", "its size is not what its directory says");
    if (crc_ != packed_.crc)
      return damaged("zip.checksum", "its checksum is not what its directory says");
    done_ = true;
    return std::nullopt;
  }

  Packed packed_;
  std::vector<char> buffer_;
  z_stream stream_{};
  bool ready_ = false;
  // The packed stream has said that it ends.
  bool ended_ = false;
  bool done_ = false;
  std::uint64_t taken_ = 0;
  std::uint64_t written_ = 0;
  std::uint32_t crc_ = 0;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> inflated(const Packed& packed) {
  return std::unique_ptr<ByteStream>(std::make_unique<Inflated>(packed));
}

}  // namespace semafoor::documents
