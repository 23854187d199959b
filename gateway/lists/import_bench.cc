// SPDX-License-Identifier: Apache-2.0
//
// Import of monthly statements: their files, stored as attachments, become sealed lines that are
// found by person and dossier, through this room. The floor is the program sqlite3: the same rows
// with `.import` into a table with the same key and the same two indexes, on the same disk, with
// the same durability. One after the other in each round; the middle round counts.
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/documents/testing/statement_lines.h"
#include "gateway/duties/clock.h"
#include "gateway/lists/list_reader.h"
#include "gateway/lists/rules.h"
#include "gateway/store/sha256.h"
#include "gateway/store/store.h"
#include "gateway/vault/seal/seal_key.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;
using namespace semafoor;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

template <typename T>
void must(const Result<T>& result) {
  if (!result.ok()) fail(result.error().code + ": " + result.error().message);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Of this process, or of the ones it started.
double cpu_seconds(int whose) {
  rusage usage{};
  getrusage(whose, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// What something took: on the clock, and of the processor.
struct Taken {
  double seconds;
  double cpu;
};

struct Wanted {
  int lines = 400'000;
  int organisations = 1;
  int rounds = 3;
  bool json = false;
};

std::string organisation(int number) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "%010d", 200'000'000 + number);
  return digits;
}

// Line `number` of all: two or three a dossier, in the order of the dossiers, persons in none.
documents::testing::TestLine line_of(int number) {
  documents::testing::TestLine line;
  const int dossier = number * 2 / 5;
  char text[32];
  std::snprintf(text, sizeof text, "%011d", 1'000'000 + dossier);
  line.dossier = text;
  line.ssin =
      documents::testing::invented_ssin(static_cast<std::uint32_t>(dossier) * 7'919U % 330'000U);
  std::snprintf(text, sizeof text, "F%08d", number);
  line.reference = text;
  std::snprintf(text, sizeof text, "X%05d", 1 + number % 5);
  line.article = text;
  std::snprintf(text, sizeof text, "%08d", 10'000 + number * 37 % 150'000);
  line.amount = text;
  line.name = "Peeters Jan " + std::to_string(dossier);
  return line;
}

struct Source {
  std::string org;
  int first;
  int lines;
};

std::vector<Source> sources(const Wanted& wanted) {
  std::vector<Source> all;
  for (int i = 0; i < wanted.organisations; ++i) {
    const auto at = [&](int n) {
      return static_cast<int>(static_cast<std::int64_t>(wanted.lines) * n / wanted.organisations);
    };
    all.push_back({organisation(i), at(i), at(i + 1) - at(i)});
  }
  return all;
}

void put_document(store::Store& target, const Source& source) {
  auto writer = target.blobs().create(source.org);
  must(writer);
  std::string piece;
  for (int i = 0; i < source.lines; ++i) {
    piece += documents::testing::record(line_of(source.first + i)) + "\r\n";
    if (piece.size() < 60'000 && i + 1 < source.lines) continue;
    must((*writer)->append(std::as_bytes(std::span(piece))));
    piece.clear();
  }
  auto blob = (*writer)->commit();
  must(blob);
  must(target.write_and_wait([&](store::Transaction& tx) -> Result<void> {
    v1::Organisation organisation;
    organisation.mutable_organisation()->set_value(source.org);
    if (auto put = tx.put_organisation(organisation); !put) return put;
    store::StoredMessage stored;
    stored.message.set_message_id("m");
    stored.message.mutable_organisation()->set_value(source.org);
    stored.message.set_provider_id("nsso");
    stored.message.set_provider_message_id("m");
    stored.message.set_family(v1::MESSAGE_FAMILY_MONTHLY_STATEMENT_LEEFLOON);
    stored.message.mutable_received_at()->set_unix_ms(1'793'577'600'000);
    auto& attachment = *stored.message.add_attachments();
    attachment.set_attachment_id("a");
    attachment.set_file_name("maandstaat.txt");
    attachment.set_state(v1::ATTACHMENT_STATE_STORED);
    attachment.set_sha256(store::digest_bytes(blob->sha256));
    return tx.put_message(source.org, stored, "message.stored");
  }));
}

Taken through_room(const fs::path& folder, const std::vector<Source>& all) {
  auto root = vault::SealKey::make();
  must(root);
  store::StoreOptions options;
  options.folder = folder;
  options.root = std::make_shared<const vault::SealKey>(std::move(*root));
  auto target = store::open_sqlite_store(options);
  must(target);
  auto rules = lists::load_rules({});
  must(rules);
  duties::SystemClock clock;
  lists::ListReader reader(**target, clock, *rules, {.sink = {}, .load_rules = {}});
  for (const Source& source : all) put_document(**target, source);
  const auto start = Clock::now();
  const double cpu = cpu_seconds(RUSAGE_SELF);
  for (const Source& source : all) {
    auto read = reader.read(source.org, "m", "a");
    must(read);
    if (!*read || (*read)->rows() != source.lines || (*read)->bad_rows() != 0)
      fail("the room did not read every line");
  }
  const Taken taken{seconds_since(start), cpu_seconds(RUSAGE_SELF) - cpu};
  (*target)->close();
  return taken;
}

void write_csv(const fs::path& file, const std::vector<Source>& all) {
  std::ofstream out(file, std::ios::binary);
  for (const Source& source : all)
    for (int i = 0; i < source.lines; ++i)
      out << source.org << ";1;" << i + 1 << ';'
          << documents::testing::csv_record(line_of(source.first + i)) << '\n';
  if (!out.flush()) fail("no room for the floor's file");
}

Taken through_sqlite3(const fs::path& folder, const std::vector<Source>& all, int lines) {
  const fs::path csv = folder / "rows.csv";
  const fs::path script = folder / "script.sql";
  const fs::path database = folder / "plain.db";
  write_csv(csv, all);
  std::ofstream(script)
      << "PRAGMA journal_mode=WAL;\nPRAGMA synchronous=FULL;\n"
         "CREATE TABLE statement_lines (org TEXT NOT NULL, statement INTEGER NOT NULL, line "
         "INTEGER "
         "NOT NULL, law TEXT, nis TEXT, month INTEGER NOT NULL, dossier TEXT NOT NULL, suffix "
         "TEXT, "
         "person TEXT NOT NULL, reference TEXT, type TEXT, first_day TEXT, last_day TEXT, article "
         "TEXT, sign TEXT, amount TEXT, category TEXT, name TEXT, PRIMARY KEY (org, statement, "
         "line)) WITHOUT ROWID;\n"
         "CREATE INDEX statement_lines_person ON statement_lines (org, person, month);\n"
         "CREATE INDEX statement_lines_dossier ON statement_lines (org, dossier, month);\n"
         ".mode csv\n.separator ;\n.import "
      << csv.string() << " statement_lines\n";
  const auto start = Clock::now();
  const double cpu = cpu_seconds(RUSAGE_CHILDREN);
  const std::string command = "sqlite3 -batch " + database.string() + " < " + script.string() +
                              " > " + (folder / "said").string();
  if (std::system(command.c_str()) != 0) fail("sqlite3 failed: is the package sqlite3 installed?");
  const Taken taken{seconds_since(start), cpu_seconds(RUSAGE_CHILDREN) - cpu};
  const std::string count = "test \"$(sqlite3 -batch " + database.string() +
                            " 'SELECT count(*) FROM statement_lines')\" = " + std::to_string(lines);
  if (std::system(count.c_str()) != 0) fail("sqlite3 did not import every line");
  return taken;
}

struct Round {
  Taken room;
  Taken floor;
  double ratio() const { return room.seconds / floor.seconds; }
};

Round measure(const fs::path& folder, const Wanted& wanted) {
  const auto all = sources(wanted);
  fs::create_directories(folder / "store");
  Round round{};
  round.room = through_room(folder / "store", all);
  round.floor = through_sqlite3(folder, all, wanted.lines);
  fs::remove_all(folder);
  return round;
}

int number_in(std::string_view text) {
  int number = 0;
  const auto [rest, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (wrong != std::errc() || rest != text.data() + text.size() || number < 1)
    fail("a number from 1 on is expected, not " + std::string(text));
  return number;
}

Wanted read_arguments(int argc, char** argv) {
  Wanted wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string_view one = argv[i];
    if (one == "--json") {
      wanted.json = true;
    } else if (i + 1 < argc && one == "--lines") {
      wanted.lines = number_in(argv[++i]);
    } else if (i + 1 < argc && one == "--organisations") {
      wanted.organisations = number_in(argv[++i]);
    } else if (i + 1 < argc && one == "--rounds") {
      wanted.rounds = number_in(argv[++i]);
    } else {
      fail("semafoor-bench-statement-import [--lines N] [--organisations N] [--rounds N] [--json]");
    }
  }
  return wanted;
}

}  // namespace

int main(int argc, char** argv) {
  const Wanted wanted = read_arguments(argc, argv);
  std::string pattern = (fs::temp_directory_path() / "importXXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail("no temporary folder");
  std::vector<Round> rounds;
  rounds.reserve(static_cast<std::size_t>(wanted.rounds));
  for (int i = 0; i < wanted.rounds; ++i) rounds.push_back(measure(pattern, wanted));
  std::sort(rounds.begin(), rounds.end(),
            [](const Round& a, const Round& b) { return a.ratio() < b.ratio(); });
  const Round& middle = rounds[rounds.size() / 2];
  const bool met = middle.ratio() <= 2.0;
  if (!wanted.json)
    std::printf(
        "%d lines of %d organisations: %.2f s through the gateway (%.2f s of processor), "
        "%.2f s through sqlite3 (%.2f s), %.2f times; peak memory %ld KiB\n",
        wanted.lines, wanted.organisations, middle.room.seconds, middle.room.cpu,
        middle.floor.seconds, middle.floor.cpu, middle.ratio(), peak_kib());
  else
    std::printf(
        "{\"name\":\"statement_import\",\"value\":%.2f,\"unit\":\"s\",\"floor\":%.2f,"
        "\"ratio\":%.3f,\"target\":\"<= 2.0\",\"met\":%s,\"cpu\":%.2f,\"floor_cpu\":%.2f,"
        "\"lines\":%d,\"organisations\":%d,\"rounds\":%d,\"peak_kib\":%ld}\n",
        middle.room.seconds, middle.floor.seconds, middle.ratio(), met ? "true" : "false",
        middle.room.cpu, middle.floor.cpu, wanted.lines, wanted.organisations, wanted.rounds,
        peak_kib());
  return 0;
}
