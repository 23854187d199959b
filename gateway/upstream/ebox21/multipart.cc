// SPDX-License-Identifier: Apache-2.0
#include "gateway/upstream/ebox21/multipart.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "gateway/upstream/ebox21/digest_stream.h"
#include "gateway/upstream/http/url.h"

namespace semafoor::upstream::ebox21 {
namespace {

Error changed() {
  return Error{.kind = ErrorKind::aborted,
               .code = "upstream.content_changed",
               .message =
                   "a file is not the one that was read before, so the sending was broken off "
                   "and had no effect. Send it again"};
}

// Gives the pieces one after the other.
class Reader final : public ContentReader {
 public:
  Reader(std::shared_ptr<const std::vector<Multipart::Piece>> pieces,
         std::shared_ptr<std::atomic<bool>> left_whole)
      : pieces_(std::move(pieces)), left_whole_(std::move(left_whole)) {
    *left_whole_ = false;
  }

  Result<std::size_t> read(std::span<std::byte> into) override {
    while (at_ < pieces_->size()) {
      const Multipart::Piece& piece = (*pieces_)[at_];
      Result<std::size_t> got = std::holds_alternative<std::string>(piece)
                                    ? read_text(std::get<std::string>(piece), into)
                                    : read_file(std::get<Multipart::File>(piece), into);
      if (!got || *got > 0) return got;
      ++at_;
      offset_ = 0;
    }
    return std::size_t{0};
  }

 private:
  Result<std::size_t> read_text(const std::string& text, std::span<std::byte> into) {
    const auto offset = static_cast<std::size_t>(offset_);
    const std::size_t count = std::min(into.size(), text.size() - offset);
    std::memcpy(into.data(), text.data() + offset, count);
    offset_ += count;
    if (at_ + 1 == pieces_->size() && offset_ == text.size()) *left_whole_ = true;
    return count;
  }

  Result<std::size_t> read_file(const Multipart::File& file, std::span<std::byte> into) {
    if (!reader_) {
      auto opened = file.content();
      if (!opened) return std::move(opened).error();
      reader_ = std::move(*opened);
      digest_.emplace();
    }
    Result<std::size_t> got = reader_->read(into);
    if (!got) return got;
    if (*got > 0) {
      offset_ += *got;
      if (offset_ > file.size) return changed();
      digest_->add(into.first(*got));
      return got;
    }
    reader_.reset();
    if (offset_ != file.size || digest_->finish() != file.sha256) return changed();
    return std::size_t{0};
  }

  const std::shared_ptr<const std::vector<Multipart::Piece>> pieces_;
  const std::shared_ptr<std::atomic<bool>> left_whole_;
  std::size_t at_ = 0;
  // Inside the piece.
  std::uint64_t offset_ = 0;
  std::unique_ptr<ContentReader> reader_;
  std::optional<DigestStream> digest_;
};

}  // namespace

std::string quoted_file_name(const std::string& name) {
  std::string quoted;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte >= ' ' && byte < 127 && c != '"' && c != '%' && c != '\\';
    quoted += plain ? std::string(1, c) : percent_encoded(std::string_view(&c, 1));
  }
  return quoted;
}

std::string Multipart::head(const std::string& name, const std::string& more) {
  return std::string(pieces_.empty() ? "" : "\r\n") + "--" + boundary_ +
         "\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more;
}

void Multipart::add_text(const std::string& name, const std::string& media_type,
                         const std::string& value) {
  pieces_.emplace_back(head(name, "\r\nContent-Type: " + media_type + "\r\n\r\n") + value);
}

void Multipart::add_file(const std::string& name, const std::string& file_name,
                         const std::string& media_type, ContentSource content, std::uint64_t size,
                         std::string sha256) {
  pieces_.emplace_back(head(name, "; filename=\"" + quoted_file_name(file_name) +
                                      "\"\r\nContent-Type: " + media_type + "\r\n\r\n"));
  pieces_.emplace_back(
      File{.content = std::move(content), .size = size, .sha256 = std::move(sha256)});
}

StreamedBody Multipart::body() {
  auto pieces = std::make_shared<std::vector<Piece>>(pieces_);
  pieces->emplace_back("\r\n--" + boundary_ + "--\r\n");
  std::uint64_t size = 0;
  for (const Piece& piece : *pieces) {
    const auto* text = std::get_if<std::string>(&piece);
    size += text != nullptr ? text->size() : std::get<File>(piece).size;
  }
  return StreamedBody{
      .size = size,
      .open = [pieces, left_whole = left_whole_]() -> Result<std::unique_ptr<ContentReader>> {
        return std::unique_ptr<ContentReader>(std::make_unique<Reader>(pieces, left_whole));
      }};
}

}  // namespace semafoor::upstream::ebox21
