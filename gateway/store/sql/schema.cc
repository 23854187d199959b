// SPDX-License-Identifier: Apache-2.0
#include "gateway/store/sql/schema.h"

#include <array>
#include <chrono>
#include <string>

#include "gateway/store/sql/meta.h"

namespace semafoor::store::sql {
namespace {

// Every key begins with the organisation. A record's `body` is the serialised message of
// proto/semafoor/v1; the other columns are what rows are found by. Hashes are those of BlindIndex.
constexpr const char* kSchema1 = R"sql(
CREATE TABLE organisations (org TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
-- Counter rows, not database sequences: those show later numbers before earlier ones commit.
CREATE TABLE sequences (org TEXT PRIMARY KEY, events INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0,
  duplicates INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TABLE messages (number INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, id TEXT NOT NULL,
  provider TEXT NOT NULL, provider_message_id TEXT NOT NULL, family INTEGER NOT NULL, received_ms INTEGER NOT NULL,
  seen INTEGER NOT NULL, changed INTEGER NOT NULL, body BLOB NOT NULL, upstream_json BLOB NOT NULL);
CREATE UNIQUE INDEX messages_id ON messages (org, id);
CREATE UNIQUE INDEX messages_upstream ON messages (org, provider, provider_message_id);
CREATE INDEX messages_received ON messages (org, received_ms, id);
CREATE INDEX messages_changed ON messages (org, changed);
-- Each word of an organisation once, with its beginnings; a message then costs one small row a word.
CREATE TABLE words (number INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, hash BLOB NOT NULL);
CREATE UNIQUE INDEX words_hash ON words (org, hash);
CREATE TABLE word_prefixes (org TEXT NOT NULL, prefix BLOB NOT NULL, word INTEGER NOT NULL,
  PRIMARY KEY (org, prefix, word)) WITHOUT ROWID;
CREATE TABLE message_words (org TEXT NOT NULL, word INTEGER NOT NULL, message INTEGER NOT NULL,
  PRIMARY KEY (org, word, message)) WITHOUT ROWID;
CREATE TABLE attachments (org TEXT NOT NULL, id TEXT NOT NULL, state INTEGER NOT NULL, sha256 BLOB NOT NULL,
  size INTEGER NOT NULL, PRIMARY KEY (org, id)) WITHOUT ROWID;
CREATE INDEX attachments_state ON attachments (org, state, size);
CREATE INDEX attachments_blob ON attachments (org, sha256);
CREATE TABLE attachment_sources (org TEXT NOT NULL, id TEXT NOT NULL, message_id TEXT NOT NULL,
  provider_attachment_id TEXT NOT NULL, expected_sha256 TEXT NOT NULL, PRIMARY KEY (org, id)) WITHOUT ROWID;

CREATE TABLE signals (org TEXT NOT NULL, id TEXT NOT NULL, key_hash BLOB NOT NULL, reference TEXT NOT NULL,
  state INTEGER NOT NULL, match_state INTEGER NOT NULL, type TEXT NOT NULL, law INTEGER NOT NULL,
  assignee TEXT NOT NULL, person_hash BLOB NOT NULL, period_from INTEGER NOT NULL, period_to INTEGER NOT NULL,
  received_ms INTEGER NOT NULL, changed INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (org, id));
CREATE UNIQUE INDEX signals_key ON signals (org, key_hash);
CREATE INDEX signals_reference ON signals (org, reference);
CREATE INDEX signals_received ON signals (org, received_ms, id);
CREATE INDEX signals_changed ON signals (org, changed);
CREATE INDEX signals_state ON signals (org, state);

CREATE TABLE feedback (org TEXT NOT NULL, client_id TEXT NOT NULL, signal_id TEXT NOT NULL, state INTEGER NOT NULL,
  content_hash BLOB NOT NULL, submitted_ms INTEGER NOT NULL, changed INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (org, client_id));
CREATE INDEX feedback_submitted ON feedback (org, submitted_ms, client_id);
CREATE INDEX feedback_signal ON feedback (org, signal_id);
CREATE INDEX feedback_changed ON feedback (org, changed);
CREATE INDEX feedback_state ON feedback (org, state);

-- The sequence is unique by its counter row. Readers ask for one module.
CREATE TABLE events (org TEXT NOT NULL, module INTEGER NOT NULL, sequence INTEGER NOT NULL, time_ms INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (org, module, sequence)) WITHOUT ROWID;
CREATE TABLE events_pruned (org TEXT NOT NULL, module INTEGER NOT NULL, up_to INTEGER NOT NULL,
  PRIMARY KEY (org, module)) WITHOUT ROWID;
CREATE TABLE consumers (org TEXT NOT NULL, module INTEGER NOT NULL, name TEXT NOT NULL, acknowledged INTEGER NOT NULL,
  holder TEXT NOT NULL, lease_until_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, PRIMARY KEY (org, module, name)) WITHOUT ROWID;

CREATE TABLE operations (org TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, running INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (org, id)) WITHOUT ROWID;
CREATE INDEX operations_running ON operations (org, kind, running);
CREATE TABLE duties (org TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (org, name)) WITHOUT ROWID;
CREATE TABLE cursors (org TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org, name)) WITHOUT ROWID;
CREATE TABLE inbox (org TEXT NOT NULL, source TEXT NOT NULL, id TEXT NOT NULL, time_ms INTEGER NOT NULL,
  outcome TEXT NOT NULL, problem TEXT NOT NULL, raw BLOB NOT NULL, PRIMARY KEY (org, source, id));

-- due_ms is the later of "not before" and the end of a lease: an abandoned task becomes due by itself.
CREATE TABLE tasks (id INTEGER PRIMARY KEY AUTOINCREMENT, org TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  payload BLOB NOT NULL, due_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, fencing INTEGER NOT NULL,
  owner TEXT NOT NULL, last_problem TEXT NOT NULL);
CREATE UNIQUE INDEX tasks_key ON tasks (org, kind, key);
CREATE INDEX tasks_due ON tasks (org, kind, due_ms, id);
)sql";

// What was done to the store as a whole: by a migration, by a restore.
constexpr const char* kSchema2 = R"sql(
CREATE TABLE history (number INTEGER PRIMARY KEY AUTOINCREMENT, time_ms INTEGER NOT NULL, what TEXT NOT NULL,
  by_version TEXT NOT NULL, detail TEXT NOT NULL);
)sql";

// The short form of an answer's client id, by which SOA and SSDN know it. Empty for answers stored
// before: each one gets it before it is sent there. And attachments are fetched by the kind of
// their provider.
constexpr const char* kSchema3 = R"sql(
ALTER TABLE feedback ADD COLUMN client_reference TEXT NOT NULL DEFAULT '';
CREATE INDEX feedback_reference ON feedback (org, client_reference);
UPDATE tasks SET kind = kind || '.' || (SELECT messages.provider FROM attachment_sources
    JOIN messages ON messages.org = attachment_sources.org AND messages.id = attachment_sources.message_id
    WHERE attachment_sources.org = tasks.org AND attachment_sources.id = tasks.key)
  WHERE kind = 'attachment.fetch' AND EXISTS (SELECT 1 FROM attachment_sources
    JOIN messages ON messages.org = attachment_sources.org AND messages.id = attachment_sources.message_id
    WHERE attachment_sources.org = tasks.org AND attachment_sources.id = tasks.key);
)sql";

// The audit: a chain of records per organisation ('' is the gateway's own), whose end stands in the
// counter row; and the persons behind its keyed hashes.
constexpr const char* kSchema4 = R"sql(
CREATE TABLE audit (org TEXT NOT NULL, number INTEGER NOT NULL, time_ms INTEGER NOT NULL, hash BLOB NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY (org, number)) WITHOUT ROWID;
CREATE TABLE audit_persons (org TEXT NOT NULL, hash BLOB NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (org, hash)) WITHOUT ROWID;
ALTER TABLE sequences ADD COLUMN audit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sequences ADD COLUMN audit_hash BLOB NOT NULL DEFAULT '';
)sql";

// The key of each organisation's data. Only once something is sealed would a program of before take
// it for damage (seal_all.h).
constexpr const char* kSchema5 = R"sql(
CREATE TABLE data_keys (org TEXT PRIMARY KEY, wrapped BLOB NOT NULL, erased_ms INTEGER NOT NULL) WITHOUT ROWID;
)sql";

// What is left of messages that were removed. The upstream's id only as a keyed hash: of a file
// that came by hand it is made of its content. A program of before does not look here, and would
// take in again what it is given again.
constexpr const char* kSchema6 = R"sql(
CREATE TABLE removed_messages (org TEXT NOT NULL, id TEXT NOT NULL, upstream_hash BLOB NOT NULL, family INTEGER NOT NULL,
  keep_days INTEGER NOT NULL, removed_ms INTEGER NOT NULL, PRIMARY KEY (org, id)) WITHOUT ROWID;
CREATE INDEX removed_messages_upstream ON removed_messages (org, upstream_hash);
)sql";

// What rooms keep without a table of their own, lines of statements, and what signals are found by
// beside their person. A program of before leaves these rows behind when it erases an organisation:
// see sweep_erased(). Indexes end with the order of the listing: SQLite would rather go through
// everything in that order than sort what another index finds.
constexpr const char* kSchema7 = R"sql(
CREATE TABLE entries (org TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, sort INTEGER NOT NULL,
  person_hash BLOB NOT NULL, subject_hash BLOB NOT NULL, changed INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (org, kind, id));
CREATE INDEX entries_sort ON entries (org, kind, sort, id);
CREATE INDEX entries_changed ON entries (org, kind, changed);
CREATE INDEX entries_person ON entries (org, person_hash, kind, sort, id);
CREATE INDEX entries_subject ON entries (org, subject_hash, kind, sort, id);
CREATE TABLE statement_lines (org TEXT NOT NULL, statement INTEGER NOT NULL, line INTEGER NOT NULL, month INTEGER NOT NULL,
  person_hash BLOB NOT NULL, dossier_hash BLOB NOT NULL, article TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (org, statement, line)) WITHOUT ROWID;
CREATE INDEX statement_lines_person ON statement_lines (org, person_hash, month);
CREATE INDEX statement_lines_dossier ON statement_lines (org, dossier_hash, month);
ALTER TABLE signals ADD COLUMN dossier_hash BLOB NOT NULL DEFAULT '';
ALTER TABLE signals ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE signals ADD COLUMN recalls INTEGER NOT NULL DEFAULT 0;
CREATE INDEX signals_dossier ON signals (org, dossier_hash, received_ms, id);
CREATE INDEX signals_person ON signals (org, person_hash, received_ms, id);
CREATE INDEX signals_assignee ON signals (org, assignee, received_ms, id);
CREATE INDEX signals_team ON signals (org, team, received_ms, id);
DROP INDEX feedback_signal;
CREATE INDEX feedback_signal ON feedback (org, signal_id, submitted_ms, client_id);
)sql";

struct Migration {
  const char* sql;
  // The oldest schema whose programs may still use the database afterwards. It stays where it was
  // as long as a step only adds what they do not look at; a step that they would stumble over
  // names its own version.
  int lowest_reader;
};
// kMigrations[n] brings version n to n + 1.
constexpr std::array<Migration, kSchemaVersion> kMigrations{{{kSchema1, 1},
                                                             {kSchema2, 1},
                                                             {kSchema3, 1},
                                                             {kSchema4, 1},
                                                             {kSchema5, 1},
                                                             {kSchema6, 1},
                                                             {kSchema7, 1}}};

// As this engine says it.
std::string translated(std::string text, const Dialect& dialect) {
  for (const auto& [word, here] : dialect.words)
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += here.size())
      text.replace(at, word.size(), here);
  return text;
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void migrate(Connection& database, std::size_t step, const std::string& by_version) {
  const Dialect& dialect = database.dialect();
  Alone alone(database);
  database.run(translated(
      "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT "
      "ROWID",
      dialect));
  // Another gateway may have been faster.
  if (read_meta(database, "schema_version") != static_cast<std::int64_t>(step)) return;
  database.run(translated(kMigrations[step].sql, dialect));
  if (step < dialect.own_tables.size())
    database.run(translated(std::string(dialect.own_tables[step]), dialect));
  const auto reached = static_cast<std::int64_t>(step) + 1;
  write_meta(database, "schema_version", reached);
  write_meta(database, "lowest_reader", kMigrations[step].lowest_reader);
  // The table of the history came with schema 2.
  if (reached >= 2)
    add_history(database, now_ms(), "schema " + std::to_string(reached), by_version, "");
  alone.commit();
}

}  // namespace

SchemaState schema_state(Connection& database) {
  auto table = database.query(database.dialect().meta_exists);
  if (!table.row()) return {};
  return {.version = read_meta(database, "schema_version"),
          .lowest_reader = read_meta(database, "lowest_reader")};
}

Result<void> may_open(const SchemaState& state, int known) {
  if (state.lowest_reader <= known) return {};
  return Error{.kind = ErrorKind::failed_precondition,
               .code = "store.schema_too_new",
               .message = "Opened a database of schema " + std::to_string(state.version) +
                          ", which needs a program that knows schema " +
                          std::to_string(state.lowest_reader) + "; this one knows " +
                          std::to_string(known) +
                          ". Nothing was changed. Install the newer gateway, or restore the "
                          "backup made before the upgrade."};
}

Result<void> bring_up_to_date(Connection& database, const std::string& by_version, int known) {
  const SchemaState state = schema_state(database);
  if (auto may = may_open(state, known); !may) return may;
  for (std::int64_t step = state.version; step < known; ++step)
    migrate(database, static_cast<std::size_t>(step), by_version);
  return {};
}

void add_history(Connection& database, std::int64_t time_ms, const std::string& what,
                 const std::string& by_version, const std::string& detail) {
  database.query("INSERT INTO history (time_ms, what, by_version, detail) VALUES (?, ?, ?, ?)")
      .number(time_ms)
      .text(what)
      .text(by_version)
      .text(detail)
      .run();
}

Result<BlindIndex> open_index(Connection& database, const std::filesystem::path& folder,
                              const vault::SealKey* root) {
  const std::filesystem::path file = folder / "index.key";
  Alone alone(database);
  const std::int64_t known = read_meta(database, "index_key");
  auto index = BlindIndex::open(file, known == 0, root);
  if (!index) return index;
  if (known == 0) {
    write_meta(database, "index_key", index->fingerprint());
  } else if (known != index->fingerprint()) {
    return Error{.kind = ErrorKind::data_loss,
                 .code = "store.index_key_other",
                 .message = "Opened the database with the search key " + file.string() +
                            ": the database was made with another key. Restore both from the same "
                            "backup; a further gateway on the same database needs a copy of the "
                            "first one's key."};
  }
  alone.commit();
  return index;
}

}  // namespace semafoor::store::sql
