// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/postgresql/session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <exception>
#include <utility>

#include "gateway/domain/text.h"
#include "gateway/store/posix/socket_wait.h"

namespace semafoor::store::postgresql {
namespace {

// pg_type.dat of the server; these never change.
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr int kBinary = 1;

constexpr sql::DatabaseError::Meaning kUnreachable{
    .kind = ErrorKind::unavailable,
    .code = "store.unavailable",
    .advice =
        " Check that PostgreSQL runs, that the address is right and that the network is there; it "
        "is tried again.",
    .retryable = true};

sql::DatabaseError::Meaning meaning_of(std::string_view state) {
  const auto is = [state](std::string_view beginning) { return state.starts_with(beginning); };
  if (state.empty() || is("08") || is("57P")) return kUnreachable;
  if (is("53100"))
    return {.kind = ErrorKind::resource_exhausted,
            .code = "store.disk_full",
            .advice =
                " Free space on the disk of PostgreSQL; nothing acknowledged is lost, work goes on "
                "by itself.",
            .retryable = true};
  if (is("53"))
    return {.kind = ErrorKind::unavailable,
            .code = "store.unavailable",
            .advice = " PostgreSQL is short of something (connections, memory); it is tried again.",
            .retryable = true};
  if (is("28") || is("3D000"))
    return {.kind = ErrorKind::failed_precondition,
            .code = "store.refused",
            .advice =
                " PostgreSQL does not let the gateway in. Check the user, the password file and "
                "the name of the database."};
  if (is("25006"))
    return {.kind = ErrorKind::failed_precondition,
            .code = "store.not_writable",
            .advice =
                " This PostgreSQL only answers questions (a standby?). Name the one that may "
                "be written to; target_session_attrs=read-write finds it among several.",
            .retryable = true};
  if (is("42501"))
    return {.kind = ErrorKind::failed_precondition,
            .code = "store.not_permitted",
            .advice = " Make the gateway's user the owner of the database."};
  if (is("40") || is("55P03") || is("57014"))
    return {.kind = ErrorKind::unavailable,
            .code = "store.busy",
            .advice = " Another transaction was in the way for too long; it is tried again.",
            .retryable = true};
  if (is("XX"))
    return {
        .kind = ErrorKind::data_loss,
        .code = "store.damaged",
        .advice = " Look at the log of PostgreSQL; if its data is damaged, restore the backup."};
  return {};
}

// The first line, without the full stop that follows anyhow.
std::string first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.remove_suffix(1);
  return std::string(text);
}

// `?` and `?3` as PostgreSQL writes them. No text of ours holds a question mark.
std::string with_numbers(std::string_view sql) {
  std::string text;
  text.reserve(sql.size() + 32);
  int next = 1;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] != '?') {
      text += sql[i];
      continue;
    }
    text += '$';
    if (i + 1 == sql.size() || sql[i + 1] < '0' || sql[i + 1] > '9') text += std::to_string(next++);
  }
  return text;
}

std::array<char, 8> big_endian(std::int64_t value) {
  std::array<char, 8> bytes{};
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t i = bytes.size(); i-- > 0; bits >>= 8U) bytes[i] = static_cast<char>(bits);
  return bytes;
}

}  // namespace

// A statement: sent with its first row(), when everything is bound.
class Session::Command final : public sql::Statement {
 public:
  explicit Command(Session& session) : session_(session) {}

  void prepare(std::string_view sql) { sql_ = with_numbers(sql); }
  void text(std::string_view value) override {
    // PostgreSQL takes neither zeros nor what is no UTF-8; equal texts stay equal.
    if (value.find('\0') != std::string_view::npos || !domain::is_utf8(value)) {
      std::string clean = domain::as_utf8(value);
      for (std::size_t at = 0; (at = clean.find('\0', at)) != std::string::npos;)
        clean.replace(at, 1, "\xEF\xBF\xBD");
      owned_.push_back(std::move(clean));
      value = owned_.back();
    }
    bind(kText, value);
  }
  void blob(std::string_view value) override { bind(kBytea, value); }
  void number(std::int64_t value) override {
    const auto bytes = big_endian(value);
    owned_.emplace_back(bytes.data(), bytes.size());
    bind(kInt8, owned_.back());
  }
  bool row() override {
    if (!result_) {
      result_ = session_.answer(PQsendQueryParams(
          session_.raw(), sql_.c_str(), static_cast<int>(types_.size()), types_.data(),
          values_.data(), lengths_.data(), formats_.data(), kBinary));
      const std::string_view touched = PQcmdTuples(result_.get());
      session_.changes_ = touched.empty() ? 0 : std::stoll(std::string(touched));
    }
    return ++row_ < PQntuples(result_.get());
  }
  std::int64_t number_at(int column) const override {
    const std::string_view bytes = bytes_at(column);
    if (bytes.empty()) return 0;
    // Of two, four or eight bytes; the highest bit is the sign.
    const bool negative = (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) value = (value << 8U) | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
  }
  std::string_view bytes_at(int column) const override {
    return {PQgetvalue(result_.get(), row_, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
  }
  bool null_at(int column) const override { return PQgetisnull(result_.get(), row_, column) != 0; }
  void release() noexcept override {
    result_.reset();
    row_ = -1;
    types_.clear();
    values_.clear();
    lengths_.clear();
    formats_.clear();
    owned_.clear();
    auto& busy = session_.busy_;
    const auto mine = std::find_if(busy.begin(), busy.end(),
                                   [this](const auto& one) { return one.get() == this; });
    session_.idle_.push_back(std::move(*mine));
    busy.erase(mine);
  }

 private:
  void bind(Oid type, std::string_view value) {
    types_.push_back(type);
    values_.push_back(value.data() == nullptr ? "" : value.data());
    lengths_.push_back(static_cast<int>(value.size()));
    formats_.push_back(kBinary);
  }

  Session& session_;
  std::string sql_;
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  // A deque: what was bound points into it.
  std::deque<std::string> owned_;
  ResultPointer result_;
  int row_ = -1;
};

Session::Session(const Address& address, std::chrono::milliseconds patience) : patience_(patience) {
  // What stands before the connection may be said otherwise in it; what stands behind may not. A
  // server that has gone without a word is noticed in seconds and not in hours.
  const char* const names[] = {"application_name", "connect_timeout",
                               "keepalives_idle",  "keepalives_interval",
                               "keepalives_count", "tcp_user_timeout",
                               "dbname",           "client_encoding",
                               "password",         nullptr};
  const char* const values[] = {"semafoor-gateway",
                                "3",
                                "5",
                                "2",
                                "3",
                                "10000",
                                address.connection().c_str(),
                                "UTF8",
                                address.password().empty() ? nullptr : address.password().c_str(),
                                nullptr};
  connection_.reset(PQconnectdbParams(names, values, 1));
  if (broken()) {
    failure_.emplace();
    const std::string what = first_line(PQerrorMessage(connection_.get()));
    // libpq keeps no SQLSTATE of a refused connection.
    const bool refused = what.find("authentication") != std::string::npos ||
                         what.find("no pg_hba.conf entry") != std::string::npos ||
                         what.find("does not exist") != std::string::npos;
    throw sql::DatabaseError(what, meaning_of(refused ? "28000" : ""));
  }
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
  // answer() waits itself: libpq would wait for ever.
  PQsetnonblocking(connection_.get(), 1);
  if (const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
      encoding != nullptr && std::string_view(encoding) != "UTF8")
    throw sql::DatabaseError(std::string("the database has the encoding ") + encoding,
                             {.kind = ErrorKind::failed_precondition,
                              .code = "store.encoding",
                              .advice = " Make one with ENCODING 'UTF8' TEMPLATE template0."});
}

Session::~Session() = default;

sql::Query Session::query(std::string_view sql) {
  if (idle_.empty()) idle_.push_back(std::make_unique<Command>(*this));
  busy_.push_back(std::move(idle_.back()));
  idle_.pop_back();
  busy_.back()->prepare(sql);
  return sql::Query(*busy_.back());
}

ResultPointer Session::answer(int sent) {
  ResultPointer last;
  if (sent != 0) {
    while (auto next = next_result()) last = std::move(next);
  }
  return checked(std::move(last));
}

// Nothing: there are no more.
ResultPointer Session::next_result() {
  const auto until = std::chrono::steady_clock::now() + patience_;
  for (;;) {
    const int unsent = PQflush(connection_.get());
    if (unsent == 0 && PQisBusy(connection_.get()) == 0) break;
    if (unsent < 0) break;
    if (!wait_for_socket(PQsocket(connection_.get()), unsent > 0, until)) {
      silent_ = true;
      failure_.emplace();
      throw sql::DatabaseError(
          "it did not answer within " + std::to_string(patience_.count() / 1'000) + " seconds",
          kUnreachable);
    }
    // A line that broke is the next result's to tell.
    if (PQconsumeInput(connection_.get()) == 0) break;
  }
  return ResultPointer(PQgetResult(connection_.get()));
}

ResultPointer Session::checked(ResultPointer result) {
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  // The primary message alone: the detail repeats values of rows.
  const char* const text = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  const std::string code = broken() || state == nullptr ? "" : state;
  if (!failure_) failure_ = code;
  throw sql::DatabaseError(first_line(text != nullptr ? text : PQerrorMessage(connection_.get())),
                           meaning_of(code));
}

std::string Session::run_for_value(const std::string& sql) {
  const auto result = answer(PQsendQuery(connection_.get(), sql.c_str()));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : std::string();
}

bool Session::commit() {
  const auto result = answer(PQsendQuery(connection_.get(), "COMMIT"));
  return std::string_view(PQcmdStatus(result.get())) == "COMMIT";
}

void Session::roll_back() noexcept {
  if (broken() || PQtransactionStatus(connection_.get()) == PQTRANS_IDLE) return;
  const auto before = failure_;
  try {
    (void)answer(PQsendQuery(connection_.get(), "ROLLBACK"));
  } catch (const std::exception&) {
    // What failed before is what counts; a session that cannot undo is broken.
    failure_ = before;
  }
}

const sql::Dialect& Session::dialect() const {
  using Word = std::pair<std::string_view, std::string_view>;
  static constexpr std::array kWords{
      Word{"INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"},
      Word{"INTEGER", "BIGINT"}, Word{"BLOB", "BYTEA"},
      // Compared byte by byte, as everywhere; the order of a language changes with its library.
      Word{"TEXT", "TEXT COLLATE \"C\""}, Word{"WITHOUT ROWID", ""}};
  // Version 1: who committed what (writers.h), and the blobs, which every gateway must reach.
  static constexpr std::array<std::string_view, 1> kOwnTables{R"sql(
CREATE TABLE commits (id UUID PRIMARY KEY, made_ms INTEGER NOT NULL);
CREATE INDEX commits_made ON commits (made_ms);
CREATE TABLE blobs (org TEXT NOT NULL, sha256 BLOB NOT NULL, size INTEGER NOT NULL, sums BLOB NOT NULL,
  made_ms INTEGER NOT NULL, PRIMARY KEY (org, sha256));
CREATE TABLE blob_pieces (org TEXT NOT NULL, sha256 BLOB NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (org, sha256, number), FOREIGN KEY (org, sha256) REFERENCES blobs ON DELETE CASCADE);
-- What is stored is compressed already, or small.
ALTER TABLE blob_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL;
)sql"};
  static constexpr sql::Dialect kDialect{
      .skip_locked = " FOR UPDATE SKIP LOCKED",
      .for_update = " FOR UPDATE",
      .for_update_or_fail = " FOR UPDATE NOWAIT",
      .many_writers = true,
      .meta_exists =
          "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND "
          "table_name = 'meta'",
      // The number is "semafoor" in ASCII; the lock ends with the transaction.
      .begin_alone =
          "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(8315172552107323250)",
      .words = kWords,
      .own_tables = kOwnTables};
  return kDialect;
}

}  // namespace semafoor::store::postgresql
