// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/addressed_blobs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "gateway/domain/hex.h"
#include "gateway/store/sealed_stream.h"
#include "gateway/store/sha256.h"

namespace semafoor::store {
namespace {

std::string bound_to(const std::string& org, const std::string& name) {
  return "blob|" + org + "|" + name;
}

class AddressedWriter : public BlobWriter {
 public:
  AddressedWriter(std::string org, std::unique_ptr<RawBlobWriter> raw, const BlindIndex& index,
                  std::optional<StreamSealer> sealer)
      : org_(std::move(org)), raw_(std::move(raw)), index_(index), sealer_(std::move(sealer)) {}

  Result<void> append(std::span<const std::byte> bytes) override {
    digest_.add(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    return sealer_ ? sealer_->add(bytes, *raw_) : raw_->append(bytes);
  }

  BlobRef current() const override { return {digest_.hex(), size_}; }

  Result<BlobRef> commit() override {
    BlobRef ref = current();
    const std::string name = blob_name(index_, sealer_.has_value(), org_, ref.sha256);
    if (sealer_)
      if (auto ended = sealer_->end(bound_to(org_, name), *raw_); !ended)
        return std::move(ended).error();
    if (auto put = raw_->commit(name); !put) return std::move(put).error();
    return ref;
  }

 private:
  const std::string org_;
  const std::unique_ptr<RawBlobWriter> raw_;
  const BlindIndex& index_;
  std::optional<StreamSealer> sealer_;
  Sha256 digest_;
  std::int64_t size_ = 0;
};

class SealedReader : public BlobReader {
 public:
  explicit SealedReader(StreamOpener stream) : stream_(std::move(stream)) {}
  std::int64_t size() const override { return stream_.size(); }
  Result<std::size_t> read_piece(std::int64_t number, std::span<std::byte> buffer) override {
    if (number < 0) return std::size_t{0};
    return stream_.read(number * static_cast<std::int64_t>(kPieceBytes),
                        buffer.first(std::min(buffer.size(), kPieceBytes)));
  }

 private:
  StreamOpener stream_;
};

class AddressedBlobs : public Blobs {
 public:
  AddressedBlobs(std::unique_ptr<RawBlobs> raw, const BlindIndex& index, KeySource keys)
      : raw_(std::move(raw)), index_(index), keys_(std::move(keys)) {}

  Result<std::unique_ptr<BlobWriter>> create(const std::string& org) override {
    auto key = keys_(org);
    if (!key) return std::move(key).error();
    std::optional<StreamSealer> sealer;
    if (*key != nullptr) {
      auto begun = StreamSealer::begin(**key);
      if (!begun) return std::move(begun).error();
      sealer.emplace(std::move(*begun));
    }
    auto raw = raw_->create(org);
    if (!raw) return std::move(raw).error();
    return std::unique_ptr<BlobWriter>(
        std::make_unique<AddressedWriter>(org, std::move(*raw), index_, std::move(sealer)));
  }

  Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                           const std::string& sha256) override {
    auto key = keys_(org);
    if (!key) return std::move(key).error();
    if (*key == nullptr) return raw_->open(org, sha256);
    const std::string name = blob_name(index_, true, org, sha256);
    auto raw = raw_->open(org, name);
    if (!raw) return raw;
    auto stream = StreamOpener::begin(**key, bound_to(org, name), std::move(*raw));
    if (!stream) return std::move(stream).error();
    return std::unique_ptr<BlobReader>(std::make_unique<SealedReader>(std::move(*stream)));
  }

  Result<int> sweep(
      const std::function<bool(const std::string&, const std::string&)>& referenced) override {
    return raw_->sweep(referenced);
  }

  RawBlobs& raw() override { return *raw_; }

 private:
  const std::unique_ptr<RawBlobs> raw_;
  const BlindIndex& index_;
  const KeySource keys_;
};

}  // namespace

std::string blob_name(const BlindIndex& index, bool sealed, const std::string& org,
                      const std::string& sha256) {
  return sealed ? domain::to_hex(index.long_hash("blob", org, sha256)) : sha256;
}

Result<bool> is_sealed_blob(BlobReader& raw) {
  auto tail = tail_of(raw);
  if (!tail) return std::move(tail).error();
  return is_trailer(*tail);
}

std::unique_ptr<Blobs> make_addressed_blobs(std::unique_ptr<RawBlobs> raw, const BlindIndex& index,
                                            KeySource keys) {
  return std::make_unique<AddressedBlobs>(std::move(raw), index, std::move(keys));
}

}  // namespace semafoor::store
