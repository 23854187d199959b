// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one attachment: a head, a repeatable filling of any length, and a tail. Only head
// and tail take memory, so that an attachment of several GiB costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tests/sandbox/content/digest.h"

namespace semafoor::sandbox::content {

class File {
 public:
  // Computes the digest, so it reads everything once.
  File(std::string head, std::uint64_t filling, std::uint64_t key, std::string tail);

  std::uint64_t size() const { return head_.size() + filling_ + tail_.size(); }
  const Digest& digest() const { return digest_; }
  // Fills `out` from `offset` on; returns how many bytes, less than out.size() only at the end.
  // [any-thread]
  std::size_t read(std::uint64_t offset, std::span<char> out) const;
  // The whole file, when it is held in memory (filling-free); otherwise empty.
  std::string_view in_memory() const { return filling_ == 0 ? std::string_view(head_) : ""; }
  // Everything, for tests and small files.
  std::string bytes() const;

 private:
  std::string head_;
  std::uint64_t filling_;
  std::uint64_t key_;
  std::string tail_;
  Digest digest_;
};

using FilePtr = std::shared_ptr<const File>;

// Lines of 63 letters, digits, points and spaces: harmless inside a PDF stream, an RTF group, an
// XML comment and a quoted CSV field. `offset` is the place within the filling.
void write_filling(std::uint64_t key, std::uint64_t offset, std::span<char> out);

}  // namespace semafoor::sandbox::content
