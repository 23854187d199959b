// SPDX-License-Identifier: Apache-2.0
#include "gateway/backup/copy_blob.h"

#include <span>
#include <vector>

#include "gateway/backup/digest.h"
#include "gateway/store/addressed_blobs.h"
#include "gateway/store/piece_sums.h"

namespace semafoor::backup {
namespace {

// Size of what was read. Not only the sums of the pieces: of what is not sealed the name is the
// SHA-256 of the whole. (The name of what is sealed says nothing without a key.)
Result<std::int64_t> read_whole(store::RawBlobs& from, const Manifest::Attachment& blob,
                                store::RawBlobWriter* writer) {
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
  if (digest.hex() != blob.sha256) {
    auto sealed = store::is_sealed_blob(**reader);
    if (!sealed) return std::move(sealed).error();
    if (!*sealed) return store::damaged_blob();
  }
  return (*reader)->size();
}

}  // namespace

Result<std::int64_t> copy_blob(store::RawBlobs& from, store::RawBlobs& to,
                               const Manifest::Attachment& blob) {
  auto writer = to.create(blob.org);
  if (!writer) return std::move(writer).error();
  auto size = read_whole(from, blob, writer->get());
  if (!size) return size;
  if (auto put = (*writer)->commit(blob.sha256); !put) return std::move(put).error();
  return size;
}

Result<std::int64_t> check_blob(store::RawBlobs& from, const Manifest::Attachment& blob) {
  return read_whole(from, blob, nullptr);
}

}  // namespace semafoor::backup
