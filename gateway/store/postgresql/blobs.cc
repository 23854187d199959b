// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql/blobs.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/domain/hex.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/posix/spool.h"
#include "gateway/store/sha256.h"

namespace semafoor::store::postgresql {
namespace {

constexpr char kRead[] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr char kWrite[] =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '5s'; "
    "SET LOCAL lock_timeout = '10s'";
// All gateways share the database's clock.
#define SEMAFOOR_NOW_MS "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
// More than a day.
constexpr char kOrphans[] =
    "SELECT org, sha256 FROM blobs WHERE made_ms < " SEMAFOOR_NOW_MS " - 86400000";
constexpr char kRemoveOrphan[] =
    "DELETE FROM blobs WHERE org = ? AND sha256 = ? AND made_ms < " SEMAFOOR_NOW_MS " - 86400000";
constexpr char kPut[] =
    "INSERT INTO blobs (org, sha256, size, sums, made_ms) VALUES (?, ?, ?, ?, " SEMAFOOR_NOW_MS
    ") ON CONFLICT (org, sha256) DO UPDATE SET size = excluded.size, sums = excluded.sums, made_ms "
    "= excluded.made_ms";
#undef SEMAFOOR_NOW_MS
constexpr int kTries = 4;

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Error missing(const std::string& what) {
  return {.kind = ErrorKind::data_loss,
          .code = "blob.missing",
          .message = "Looked for the stored bytes " + what.substr(0, 12) +
                     "...: they are not in the database. Restore it from the backup, or "
                     "synchronise again."};
}

class PieceWriter : public RawBlobWriter {
 public:
  PieceWriter(std::string org, Sessions& sessions, std::unique_ptr<Spool> spool)
      : org_(std::move(org)), sessions_(sessions), spool_(std::move(spool)) {}

  Result<void> append(std::span<const std::byte> bytes) override {
    if (auto kept = spool_->append(bytes); !kept) return kept;
    sums_.add(bytes);
    size_ += static_cast<std::int64_t>(bytes.size());
    return {};
  }

  Result<void> commit(const std::string& name) override {
    const std::string digest = digest_bytes(name);
    const std::string sums = sums_.tail();
    for (int tries = 1;; ++tries) {
      // The same bytes may be put any number of times: whether a lost commit was done is all one.
      auto put = sql::attempt("store an attachment", [&] { return put_once(digest, sums); });
      if (put || !put.error().retryable || tries == kTries) return put;
    }
  }

 private:
  Result<void> put_once(const std::string& digest, const std::string& sums) {
    const Sessions::Lease session(sessions_, kWrite);
    session->query(kPut).text(org_).blob(digest).number(size_).blob(sums).run();
    // What is there already may be damaged by now.
    session->query("DELETE FROM blob_pieces WHERE org = ? AND sha256 = ?")
        .text(org_)
        .blob(digest)
        .run();
    std::vector<std::byte> piece(kPieceBytes);
    std::int64_t number = 0;
    for (std::int64_t offset = 0; offset < size_; offset += kPieceBytes, ++number) {
      const auto part = std::span(piece).first(
          static_cast<std::size_t>(std::min<std::int64_t>(kPieceBytes, size_ - offset)));
      if (auto read = spool_->read(offset, part); !read) return read;
      session->query("INSERT INTO blob_pieces (org, sha256, number, bytes) VALUES (?, ?, ?, ?)")
          .text(org_)
          .blob(digest)
          .number(number)
          .blob(text_of(part))
          .run();
    }
    if (!session->commit())
      return Error{.kind = ErrorKind::internal,
                   .code = "store.database",
                   .message = "Stored an attachment: PostgreSQL undid it at the commit."};
    return {};
  }

  const std::string org_;
  Sessions& sessions_;
  const std::unique_ptr<Spool> spool_;
  PieceSummer sums_;
  std::int64_t size_ = 0;
};

class PieceReader : public BlobReader {
 public:
  PieceReader(std::string org, std::string digest, Sessions& sessions, std::int64_t size,
              PieceSums sums)
      : org_(std::move(org)),
        digest_(std::move(digest)),
        sessions_(sessions),
        size_(size),
        sums_(std::move(sums)) {}
  std::int64_t size() const override { return size_; }
  Result<std::size_t> read_piece(std::int64_t number, std::span<std::byte> buffer) override {
    const std::int64_t offset = number * static_cast<std::int64_t>(kPieceBytes);
    if (number < 0 || offset >= size_) return std::size_t{0};
    const auto size = static_cast<std::size_t>(std::min<std::int64_t>(kPieceBytes, size_ - offset));
    return sql::attempt("read an attachment", [&]() -> Result<std::size_t> {
      const Sessions::Lease session(sessions_, kRead);
      auto query = session->query(
          "SELECT bytes FROM blob_pieces WHERE org = ? AND sha256 = ? AND number = ?");
      query.text(org_).blob(digest_).number(number);
      if (!query.row()) return damaged_blob();
      const std::string_view bytes = query.bytes_at(0);
      if (bytes.size() != size) return damaged_blob();
      std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(buffer.data()));
      if (!sums_.right(static_cast<std::size_t>(number), buffer.first(size))) return damaged_blob();
      return size;
    });
  }

 private:
  const std::string org_;
  const std::string digest_;
  Sessions& sessions_;
  const std::int64_t size_;
  const PieceSums sums_;
};

class PieceBlobs : public RawBlobs {
 public:
  PieceBlobs(Sessions& sessions, std::filesystem::path spool)
      : sessions_(sessions), spool_(std::move(spool)) {}

  Result<std::unique_ptr<RawBlobWriter>> create(const std::string& org) override {
    auto spool = Spool::open(spool_);
    if (!spool) return std::move(spool).error();
    return std::unique_ptr<RawBlobWriter>(
        std::make_unique<PieceWriter>(org, sessions_, std::move(*spool)));
  }

  Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                           const std::string& name) override {
    const std::string digest = digest_bytes(name);
    if (digest.empty()) return missing(name);
    return sql::attempt("open an attachment", [&]() -> Result<std::unique_ptr<BlobReader>> {
      const Sessions::Lease session(sessions_, kRead);
      auto query = session->query("SELECT size, sums FROM blobs WHERE org = ? AND sha256 = ?");
      query.text(org).blob(digest);
      if (!query.row()) return missing(name);
      const std::int64_t size = query.number_at(0);
      auto sums = PieceSums::read(query.bytes_at(1), size);
      if (!sums) return damaged_blob();
      return std::unique_ptr<BlobReader>(
          std::make_unique<PieceReader>(org, digest, sessions_, size, std::move(*sums)));
    });
  }

  Result<void> remove(const std::string& org, const std::string& name) override {
    const std::string digest = digest_bytes(name);
    return sql::attempt("remove an attachment", [&]() -> Result<void> {
      const Sessions::Lease session(sessions_, kWrite);
      session->query("DELETE FROM blobs WHERE org = ? AND sha256 = ?").text(org).blob(digest).run();
      (void)session->commit();
      return {};
    });
  }

  Result<int> sweep(
      const std::function<bool(const std::string&, const std::string&)>& referenced) override {
    return sql::attempt("sweep the attachments", [&]() -> Result<int> {
      std::vector<std::pair<std::string, std::string>> old;
      {
        const Sessions::Lease session(sessions_, kRead);
        auto query = session->query(kOrphans);
        while (query.row()) old.emplace_back(query.string_at(0), query.string_at(1));
      }
      int removed = 0;
      for (const auto& [org, digest] : old) {
        if (referenced(org, domain::to_hex(digest))) continue;
        const Sessions::Lease session(sessions_, kWrite);
        // Only if it is still as old: it may have been put again since.
        session->query(kRemoveOrphan).text(org).blob(digest).run();
        const auto gone = static_cast<int>(session->changes());
        if (session->commit()) removed += gone;
      }
      return removed;
    });
  }

 private:
  Sessions& sessions_;
  const std::filesystem::path spool_;
};

}  // namespace

std::unique_ptr<RawBlobs> make_blobs(Sessions& sessions, std::filesystem::path spool) {
  return std::make_unique<PieceBlobs>(sessions, std::move(spool));
}

}  // namespace semafoor::store::postgresql
