// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/seal_all.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "gateway/domain/hex.h"
#include "gateway/store/addressed_blobs.h"
#include "gateway/store/piece_sums.h"
#include "gateway/store/sha256.h"
#include "gateway/store/sql/meta.h"
#include "gateway/store/sql/schema.h"

namespace semafoor::store::sql {
namespace {

constexpr char kMeta[] = "all_sealed";
constexpr std::size_t kRowsATime = 500;

struct Column {
  const char* table;
  // With the organisation it names a row.
  const char* id;
  const char* column;
  // The id is bytes.
  bool bytes = false;
};
// Two parts beside the organisation are joined by a '/'; the first holds none.
constexpr std::array<Column, 10> kColumns{
    {{"messages", "id", "body"},
     {"messages", "id", "upstream_json"},
     {"signals", "id", "body"},
     {"feedback", "client_id", "body"},
     {"operations", "id", "body"},
     {"tasks", "CAST(id AS TEXT)", "payload"},
     {"inbox", "source || '/' || id", "raw"},
     {"audit_persons", "hash", "body", true},
     {"entries", "kind || '/' || id", "body"},
     {"statement_lines", "CAST(statement AS TEXT) || '/' || CAST(line AS TEXT)", "body"}}};

struct Row {
  Org org;
  std::string id;
};

std::vector<Org> organisations_of(Connection& database) {
  std::vector<Org> all;
  auto query = database.query(
      "SELECT org FROM organisations UNION SELECT org FROM sequences UNION SELECT org FROM inbox "
      "ORDER BY 1");
  while (query.row()) all.push_back(query.string_at(0));
  return all;
}

void make_keys(Connection& database, Keys& keys) {
  Alone alone(database);
  for (const Org& org : organisations_of(database))
    if (keys.data.of(database, org) == nullptr) keys.data.make(database, org, false);
  alone.commit();
}

std::vector<Row> open_rows(Connection& database, const Column& where) {
  std::vector<Row> rows;
  const std::string sql = std::string("SELECT org, ") + where.id + " FROM " + where.table +
                          " WHERE substr(" + where.column + ", 1, 1) <> ?";
  auto query = database.query(sql);
  query.blob(std::string_view("\1", 1));
  while (query.row()) rows.push_back({query.string_at(0), query.string_at(1)});
  return rows;
}

void bind_id(Query& query, const Column& where, const Row& row) {
  if (where.bytes)
    query.blob(row.id);
  else
    query.text(row.id);
}

void seal_row(Connection& database, Keys& keys, const Column& where, const Row& row) {
  const std::string at = std::string(" WHERE org = ? AND ") + where.id + " = ?";
  std::string column;
  {
    auto query =
        database.query(std::string("SELECT ") + where.column + " FROM " + where.table + at);
    query.text(row.org);
    bind_id(query, where, row);
    if (!query.row()) return;
    column = query.string_at(0);
  }
  if (is_sealed(column)) return;
  const std::string context = context_of(where.table, row.org);
  column =
      column_of(keys.data.of(database, row.org), context, content_of(nullptr, context, column));
  auto update =
      database.query(std::string("UPDATE ") + where.table + " SET " + where.column + " = ?" + at);
  update.blob(column).text(row.org);
  bind_id(update, where, row);
  update.run();
}

void seal_column(Connection& database, Keys& keys, const Column& where) {
  const std::vector<Row> rows = open_rows(database, where);
  for (std::size_t from = 0; from < rows.size(); from += kRowsATime) {
    const std::size_t to = std::min(rows.size(), from + kRowsATime);
    Alone alone(database);
    for (std::size_t i = from; i < to; ++i) seal_row(database, keys, where, rows[i]);
    alone.commit();
  }
}

std::vector<Row> kept_blobs(Connection& database) {
  std::vector<Row> all;
  auto query = database.query(
      "SELECT DISTINCT org, sha256 FROM attachments WHERE state = ? ORDER BY org, sha256");
  query.number(v1::ATTACHMENT_STATE_STORED);
  while (query.row()) all.push_back({query.string_at(0), domain::to_hex(query.bytes_at(1))});
  return all;
}

Result<void> copy_sealed(Blobs& blobs, BlobReader& from, const Org& org) {
  auto writer = blobs.create(org);
  if (!writer) return std::move(writer).error();
  std::vector<std::byte> piece(kPieceBytes);
  for (std::int64_t number = 0;; ++number) {
    auto size = from.read_piece(number, piece);
    if (!size) return std::move(size).error();
    if (*size == 0) break;
    if (auto put = (*writer)->append(std::span(piece).first(*size)); !put) return put;
  }
  auto ref = (*writer)->commit();
  return ref ? Result<void>() : std::move(ref).error();
}

// The sealed copy, then the rows that name it, then the end of the one in clear.
Result<void> seal_blob(Connection& database, Keys& keys, RawBlobs& raw, Blobs& blobs,
                       const Row& blob) {
  const std::string name = blob_name(keys.index, true, blob.org, blob.id);
  auto open = raw.open(blob.org, blob.id);
  if (open) {
    auto sealed = is_sealed_blob(**open);
    if (sealed && *sealed) return {};
    if (sealed)
      if (auto copied = copy_sealed(blobs, **open, blob.org); !copied) sealed = copied.error();
    // One that is damaged or missing stays what it is, and is found out by who opens it.
    if (!sealed) {
      if (sealed.error().kind == ErrorKind::data_loss) return {};
      return std::move(sealed).error();
    }
  } else if (open.error().kind != ErrorKind::data_loss) {
    return std::move(open).error();
  } else if (!raw.open(blob.org, name)) {
    return {};
  }
  {
    Alone alone(database);
    const std::string after = digest_bytes(name);
    const std::string before = digest_bytes(blob.id);
    database.query("UPDATE attachments SET sha256 = ? WHERE org = ? AND sha256 = ?")
        .blob(after)
        .text(blob.org)
        .blob(before)
        .run();
    alone.commit();
  }
  return raw.remove(blob.org, blob.id);
}

// Over somebody else's RawBlobs.
class Borrowed final : public RawBlobs {
 public:
  explicit Borrowed(RawBlobs& raw) : raw_(raw) {}
  Result<std::unique_ptr<RawBlobWriter>> create(const std::string& org) override {
    return raw_.create(org);
  }
  Result<std::unique_ptr<BlobReader>> open(const std::string& org,
                                           const std::string& name) override {
    return raw_.open(org, name);
  }
  Result<void> remove(const std::string& org, const std::string& name) override {
    return raw_.remove(org, name);
  }
  Result<int> sweep(
      const std::function<bool(const std::string&, const std::string&)>& referenced) override {
    return raw_.sweep(referenced);
  }

 private:
  RawBlobs& raw_;
};

}  // namespace

bool all_is_sealed(Connection& database) {
  return read_meta(database, kMeta) == 1;
}

void note_all_sealed(Connection& database) {
  write_meta(database, kMeta, 1);
}

Result<void> seal_all(Connection& database, Keys& keys, RawBlobs& raw,
                      const std::function<void(const std::string&)>& tell) {
  return attempt("seal what is stored", [&]() -> Result<void> {
    // From here on a program of before would take what it finds for damage.
    write_meta(database, "lowest_reader", kSchemaOfKeys);
    make_keys(database, keys);
    const std::vector<Row> blobs = kept_blobs(database);
    std::size_t rows = 0;
    for (const Column& column : kColumns) rows += open_rows(database, column).size();
    if (tell && rows + blobs.size() > 0)
      tell("What was stored in clear is sealed now: " + std::to_string(rows) + " values and " +
           std::to_string(blobs.size()) +
           " attachments. It may be stopped, and goes on at the next start.");
    for (const Column& column : kColumns) seal_column(database, keys, column);
    const auto sealed = make_addressed_blobs(
        std::make_unique<Borrowed>(raw), keys.index,
        [&](const Org& org) -> Result<DataKey> { return keys.data.of(database, org); });
    for (const Row& blob : blobs)
      if (auto done = seal_blob(database, keys, raw, *sealed, blob); !done) return done;
    return {};
  });
}

std::set<Org> lost_keys(Connection& database) {
  std::vector<Org> without;
  {
    auto query = database.query(
        "SELECT org FROM sequences WHERE org NOT IN (SELECT org FROM data_keys) ORDER BY org");
    while (query.row()) without.push_back(query.string_at(0));
  }
  std::set<Org> lost;
  for (const Org& org : without) {
    for (const Column& column : kColumns) {
      auto query =
          database.query(std::string("SELECT 1 FROM ") + column.table +
                         " WHERE org = ? AND substr(" + column.column + ", 1, 1) = ? LIMIT 1");
      query.text(org).blob(std::string_view("\1", 1));
      if (query.row()) lost.insert(org);
    }
  }
  return lost;
}

}  // namespace semafoor::store::sql
