// SPDX-License-Identifier: Apache-2.0
//
// multipart/form-data (RFC 7578) whose files are streamed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gateway/upstream/content_source.h"
#include "gateway/upstream/http/http_client.h"

namespace semafoor::upstream::ebox21 {

class Multipart {
 public:
  // `boundary` must not occur in any part.
  explicit Multipart(std::string boundary) : boundary_(std::move(boundary)) {}

  void add_text(const std::string& name, const std::string& media_type, const std::string& value);
  // `size` and `sha256` (32 bytes) of the content. A content that turns out to be another one ends
  // the body before its end, with "upstream.content_changed".
  void add_file(const std::string& name, const std::string& file_name,
                const std::string& media_type, ContentSource content, std::uint64_t size,
                std::string sha256);

  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }

  // The whole; `this` may go before it.
  StreamedBody body();
  // The last byte of the body was taken by whoever sends it. As long as it was not, nobody can have
  // received the closing boundary: the body has no end (RFC 2046 section 5.1.1).
  bool left_whole() const { return *left_whole_; }

  struct File {
    ContentSource content;
    std::uint64_t size = 0;
    std::string sha256;
  };
  using Piece = std::variant<std::string, File>;

 private:
  std::string head(const std::string& name, const std::string& more);

  const std::string boundary_;
  std::vector<Piece> pieces_;
  std::shared_ptr<std::atomic<bool>> left_whole_ = std::make_shared<std::atomic<bool>>(false);
};

// A file name inside quotes. The official examples percent-encode what is not ISO-8859-1
// (reference ebox-api 6.1); so is here all that is not visible ASCII, the quote, and the percent
// sign itself.
std::string quoted_file_name(const std::string& name);

}  // namespace semafoor::upstream::ebox21
