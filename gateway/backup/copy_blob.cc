// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/copy_blob.h"

#include <span>
#include <vector>

#include "gateway/backup/digest.h"
#include "gateway/store/piece_sums.h"

namespace semafoor::backup {
namespace {

// Size of what was read. Not only the sums of the pieces: the name is the SHA-256 of the whole.
Result<std::int64_t> read_whole(store::Blobs& from, const Manifest::Attachment& blob,
                                store::BlobWriter* writer) {
  auto reader = from.open(blob.org, blob.sha256);
  if (!reader) return std::move(reader).error();
  std::vector<std::byte> buffer(store::kPieceBytes);
  Digest digest;
  for (std::int64_t number = 0;; ++number) {
    auto size = (*reader)->read_piece(number, buffer);
    if (!size) return std::move(size).error();
    if (*size == 0) break;
    digest.add(buffer.data(), *size);
    if (writer == nullptr) continue;
    if (auto taken = writer->append(std::span(buffer).first(*size)); !taken)
      return std::move(taken).error();
  }
  if (digest.hex() != blob.sha256) return store::damaged_blob();
  return (*reader)->size();
}

}  // namespace

Result<std::int64_t> copy_blob(store::Blobs& from, store::Blobs& to,
                               const Manifest::Attachment& blob) {
  auto writer = to.create(blob.org);
  if (!writer) return std::move(writer).error();
  auto size = read_whole(from, blob, writer->get());
  if (!size) return size;
  auto ref = (*writer)->commit();
  if (!ref) return std::move(ref).error();
  return size;
}

Result<std::int64_t> check_blob(store::Blobs& from, const Manifest::Attachment& blob) {
  return read_whole(from, blob, nullptr);
}

}  // namespace semafoor::backup
